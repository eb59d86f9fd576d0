import { type EventStore } from '#libs/event-store';
import { DomainError } from '#libs/kernel';
import { type IntakePolicy } from '../application/intake-policy.js';
import { inOrder } from '../import/in-order.js';
import { patiently } from '../import/patience.js';
import { FICTIONAL_PHONES_MAX } from './fictional-phones.js';
import { KnownStreams } from './known-streams.js';
import { leadTraffic } from './lead-traffic.js';
import { type Sender, type Step } from './step.js';
import { type GeneratorParts, type StepOutcome, StepWriter } from './step-writer.js';

/**
 * Enough for the log to sync many appends at once: the slowest of these steps is what the others
 * wait for.
 */
const IN_FLIGHT_MAX = 256;

/** Which histories are wanted. */
export interface HistoriesPlan {
  /** Whose leads they are; a sandbox. */
  readonly policy: IntakePolicy;
  /** How many leads, at most {@link FICTIONAL_PHONES_MAX}. */
  readonly leads: number;
  /**
   * The same seed gives the same histories, but for keys and ids of events, where nobody else writes
   * to them: a worker that runs meanwhile decides on eligibility, too.
   */
  readonly seed: number;
  /** When the first lead may come in. */
  readonly from: Date;
  /** When the last event happened at the latest. */
  readonly until: Date;
}

/** How the work is done. */
export interface GenerationRun {
  /** Ends the work early, after what is under way. */
  readonly signal?: AbortSignal;
  /** Told after each lead how many of them are done. */
  readonly onProgress?: (done: number) => void;
  /** How many steps are under way at once; {@link IN_FLIGHT_MAX} unless told. */
  readonly inFlightMax?: number;
}

/** What was written. */
export interface GeneratedHistories {
  /** New leads. */
  readonly created: number;
  /** Leads that were there before, from an earlier run or because their phone was taken. */
  readonly alreadyThere: number;
  /** Events appended. */
  readonly events: number;
  /** Steps that what is there now does not allow, such as consent of an erased person. */
  readonly refused: number;
}

/**
 * Writes the histories of a plan to the log, in order of their time. Run again, it adds only what
 * is not there yet.
 *
 * Rejects with `generation_needs_sandbox` or `too_many_leads` before anything is written, and with
 * `kind` `unavailable` when the log or the keys cannot be reached for a minute.
 */
export async function generateHistories(
  parts: GeneratorParts,
  plan: HistoriesPlan,
  { signal, onProgress = () => undefined, inFlightMax = IN_FLIGHT_MAX }: GenerationRun = {},
): Promise<GeneratedHistories> {
  if (plan.policy.tenantMode !== 'sandbox') throw generationNeedsSandbox();
  if (plan.leads > FICTIONAL_PHONES_MAX) throw tooManyLeads();
  const store = new CountingStore(parts.store);
  const known = new KnownStreams(store.asStore);
  const writer = new StepWriter({ ...parts, store: known }, plan.policy, plan.seed);
  const counts = { created: 0, alreadyThere: 0, refused: 0 };
  try {
    await writer.start();
    const send = patiently((step: Step) => writer.write(step), signal);
    const write = oneByOne((step) => writeIfAllowed(send, step));
    for await (const { step, outcome } of inOrder(steps(plan, signal), write, inFlightMax)) {
      if (outcome === 'refused') counts.refused += 1;
      if (step.deed.kind !== 'submit' || step.deed.repeated) continue;
      if (outcome === 'created') counts.created += 1;
      else counts.alreadyThere += 1;
      onProgress(counts.created + counts.alreadyThere);
    }
  } finally {
    await writer.stop();
  }
  return { ...counts, events: store.events };
}

function* steps({ leads, seed, from, until }: HistoriesPlan, signal?: AbortSignal) {
  const plan = { leads, seed, fromMs: from.getTime(), untilMs: until.getTime() };
  for (const step of leadTraffic(plan)) {
    if (signal?.aborted === true) return;
    yield step;
  }
}

interface Written {
  readonly step: Step;
  readonly outcome: StepOutcome | 'refused';
}

/** Steps of one sender wait for each other; those of different senders do not. */
function oneByOne(write: (step: Step) => Promise<Written>): (step: Step) => Promise<Written> {
  const lanes = new WeakMap<Sender, Promise<Written>>();
  return (step) => {
    const before = lanes.get(step.sender);
    const written = before === undefined ? write(step) : before.then(() => write(step));
    lanes.set(step.sender, written);
    return written;
  };
}

async function writeIfAllowed(
  send: (step: Step) => Promise<StepOutcome>,
  step: Step,
): Promise<Written> {
  try {
    return { step, outcome: await send(step) };
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error;
    return { step, outcome: 'refused' };
  }
}

/** A store that counts what is appended to it. */
class CountingStore {
  readonly asStore: EventStore;
  events = 0;

  constructor(store: EventStore) {
    this.asStore = {
      append: async (stream, expected, events) => {
        const result = await store.append(stream, expected, events);
        this.events += events.length;
        return result;
      },
      readStream: (stream, options) => store.readStream(stream, options),
      subscribeToAll: (options) => store.subscribeToAll(options),
      headPosition: () => store.headPosition(),
      close: () => store.close(),
    };
  }
}

function generationNeedsSandbox(): DomainError {
  return new DomainError(
    'illegal_state',
    'generation_needs_sandbox',
    'Generated leads go to sandbox tenants only, where nobody is ever called. ' +
      'Make one with tenants create <id> --mode sandbox.',
  );
}

function tooManyLeads(): DomainError {
  return new DomainError(
    'validation',
    'too_many_leads',
    `There are fictional phones for ${FICTIONAL_PHONES_MAX.toLocaleString('en-US')} leads at most.`,
    { details: { leadsMax: FICTIONAL_PHONES_MAX } },
  );
}
