import { DEDUPE_WINDOW_MS } from '../domain/dedupe-window.js';
import { type DncAnswer, type LeadChannel, type LeadMode } from '../domain/lead.events.js';
import { type ConsentSubmission } from '../intake/lead-submission.js';
import { Agenda } from './agenda.js';
import { arrivals } from './arrivals.js';
import { FictionalPhones } from './fictional-phones.js';
import { type ConsentKind, MadeUpPerson } from './made-up-person.js';
import { Random } from './random.js';
import { SHARES, WAITS_MS } from './shares.js';
import { type Deed, type Sender, type Step } from './step.js';

/** How much traffic, over which time (milliseconds since 1970), and which. */
export interface TrafficPlan {
  readonly leads: number;
  readonly seed: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * What the senders of a plan do, in order of time, with exactly `leads` new leads among it. The
 * same plan gives the same traffic.
 */
export function leadTraffic(plan: TrafficPlan): Generator<Step> {
  return new LeadTraffic(plan).steps();
}

/** A sender whose steps are counted. */
class CountedSender implements Sender {
  readonly mode: LeadMode;
  readonly channel: LeadChannel;
  steps = 0;

  constructor(
    readonly person: MadeUpPerson,
    readonly number: number,
  ) {
    this.mode = person.random.chance(SHARES.testMode) ? 'test' : 'live';
    this.channel = person.random.chance(SHARES.csv) ? 'csv' : 'api';
  }
}

/** Something to come. Its particulars are drawn when it does. */
interface Planned {
  readonly sender: CountedSender;
  readonly deedAt: (at: number) => Deed;
}

class LeadTraffic {
  readonly #plan: TrafficPlan;
  readonly #phones: FictionalPhones;
  readonly #random: Random;
  readonly #planned = new Agenda<Planned>();
  /** Phones whose window ends, and who become a lead of their own again then. */
  readonly #returning = new Agenda<CountedSender>();
  #senders = 0;

  constructor(plan: TrafficPlan) {
    this.#plan = plan;
    this.#phones = new FictionalPhones(plan.seed);
    this.#random = new Random(plan.seed);
  }

  *steps(): Generator<Step> {
    const { leads, fromMs, untilMs } = this.#plan;
    for (const at of arrivals(this.#random, leads, fromMs, untilMs)) {
      yield* this.#due(at);
      const returning = this.#returning.takeDue(at);
      yield* this.#arrive(returning?.what ?? this.#newcomer(at), at);
    }
    yield* this.#due(untilMs - 1);
  }

  *#due(now: number): Generator<Step> {
    for (let next = this.#planned.takeDue(now); next !== null; next = this.#planned.takeDue(now)) {
      const { sender, deedAt } = next.what;
      yield stepOf(sender, next.at, deedAt(next.at));
    }
  }

  #newcomer(at: number): CountedSender {
    const number = this.#senders;
    this.#senders += 1;
    const random = new Random(this.#plan.seed, number);
    const sender = new CountedSender(new MadeUpPerson(this.#phones.next(), random), number);
    if (random.chance(SHARES.suppressedBefore)) this.#add(sender, at - 1, () => optOut(random, at));
    return sender;
  }

  /** A new lead, and whatever comes of it. */
  *#arrive(sender: CountedSender, at: number): Generator<Step> {
    yield* this.#due(at);
    const { random } = sender.person;
    const kind = random.weighted(SHARES.consent);
    const deed = submit(sender, at, kind, false);
    yield stepOf(sender, at, deed);
    this.#planRepeats(sender, at, kind);
    if (kind !== 'complete' && random.chance(SHARES.consentLater)) {
      this.#add(sender, at + random.wait(WAITS_MS.consentLater), (then) => ({
        kind: 'consent',
        consent: completeConsent(sender, then),
      }));
    }
    if (random.chance(SHARES.optOut)) {
      const given = kind === 'complete' ? deed.submission.consent : undefined;
      this.#planOptOut(sender, at + random.wait(WAITS_MS.optOut), given);
    }
    if (random.chance(SHARES.secondLead)) {
      const wait = random.wait(WAITS_MS.secondLeadAfterWindow);
      this.#returning.add(at + DEDUPE_WINDOW_MS + wait, sender);
    }
  }

  #planRepeats(sender: CountedSender, leadAt: number, kind: ConsentKind): void {
    const { random } = sender.person;
    let at = leadAt;
    for (
      let share: number = SHARES.repeated;
      random.chance(share);
      share = SHARES.repeatedOnceMore
    ) {
      at += Math.ceil(random.wait(WAITS_MS.repeated));
      if (at >= leadAt + DEDUPE_WINDOW_MS) return;
      this.#add(sender, at, (then) => submit(sender, then, kind, true));
    }
  }

  #planOptOut(sender: CountedSender, at: number, given: ConsentSubmission | undefined): void {
    const { random } = sender.person;
    this.#add(sender, at, (then) => optOut(random, then));
    this.#planConsentAgain(sender, at, given);
    if (!random.chance(SHARES.lifted)) return;
    const liftedAt = at + random.wait(WAITS_MS.lifted);
    this.#add(sender, liftedAt, () => ({ kind: 'lift', reason: 'opted_in_again' }));
    this.#planConsentAgain(sender, liftedAt, given);
  }

  /** The same evidence again: the lead is judged anew. */
  #planConsentAgain(
    sender: CountedSender,
    after: number,
    consent: ConsentSubmission | undefined,
  ): void {
    const { random } = sender.person;
    if (consent === undefined || !random.chance(SHARES.consentRepeated)) return;
    this.#add(sender, after + random.wait(WAITS_MS.consentRepeated), () => ({
      kind: 'consent',
      consent,
    }));
  }

  #add(sender: CountedSender, at: number, deedAt: Planned['deedAt']): void {
    const whole = Math.floor(at);
    if (whole < this.#plan.untilMs) this.#planned.add(whole, { sender, deedAt });
  }
}

function stepOf(sender: CountedSender, at: number, deed: Deed): Step {
  const number = sender.steps;
  sender.steps += 1;
  return { sender, number, at, deed, dnc: dncAnswer(sender.person.random, at) };
}

function submit(sender: CountedSender, at: number, consent: ConsentKind, repeated: boolean) {
  const submission = sender.person.submission(at, consent);
  return { kind: 'submit', submission, repeated } as const;
}

function completeConsent({ person }: CountedSender, at: number): ConsentSubmission {
  const consent = person.consent(at, 'complete');
  if (consent === undefined) throw new Error('Complete consent is never missing.');
  return consent;
}

const OPT_OUT_LASTS_MS = 90 * 24 * 3_600_000;

function optOut(random: Random, at: number): Deed {
  const expires = random.chance(SHARES.optOutExpires);
  return {
    kind: 'suppress',
    reason: random.pick(['opted_out', 'customer_request', 'internal_dnc']),
    source: random.pick(['agent', 'sms-stop', 'mail']),
    expiresAt: expires ? new Date(at + OPT_OUT_LASTS_MS).toISOString() : null,
  };
}

function dncAnswer(random: Random, at: number): DncAnswer {
  const said = random.weighted(SHARES.dnc);
  if (said === 'failed') return { outcome: said, lists: [], checkedAt: null, listVersion: null };
  return {
    outcome: said === 'clear' ? said : 'listed',
    lists: said === 'clear' ? [] : [said],
    checkedAt: new Date(at).toISOString(),
    listVersion: new Date(at).toISOString().slice(0, 7),
  };
}
