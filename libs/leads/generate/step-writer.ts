import { CommandRunner, EventCatalog, type EventStore } from '#libs/event-store';
import { type DataKeys, type TenantSecrets } from '#libs/privacy';
import { EligibilityLookups } from '../application/eligibility-lookups.js';
import { type Caller, type IntakePolicy } from '../application/intake-policy.js';
import { LeadReader } from '../application/lead-reader.js';
import { OccurrenceClock } from '../application/occurrence.js';
import { DncProvider, OrdinalHint } from '../application/ports.js';
import { ReceiveLeadCommand, ReceiveLeadHandler } from '../application/receive-lead.handler.js';
import {
  RecordConsentCommand,
  RecordConsentHandler,
} from '../application/record-consent.handler.js';
import { SuppressionList } from '../application/suppression-list.js';
import {
  LiftSuppressionCommand,
  LiftSuppressionHandler,
  SuppressNumberCommand,
  SuppressNumberHandler,
} from '../application/suppression.handlers.js';
import { type DncAnswer } from '../domain/lead.events.js';
import { leadStreamEvents } from '../domain/lead-stream.events.js';
import { dncRulesEvents } from '../domain/dnc-rules.events.js';
import { suppressionEvents } from '../domain/suppression.events.js';
import { type ConsentSubmission } from '../intake/lead-submission.js';
import { type Deed, type Sender, type Step } from './step.js';

/** What histories are written with: the log, and the keys that seal personal data. */
export interface GeneratorParts {
  readonly store: EventStore;
  readonly keys: DataKeys;
  readonly secrets: TenantSecrets;
}

/** What became of a step. `there`: it had been written before, and nothing was added. */
export type StepOutcome = 'created' | 'duplicate' | 'there' | 'done';

/**
 * Sends the steps of generated traffic through the handlers that real traffic goes through, each at
 * its own time, so that nothing is written that could not have happened. Steps of one sender must
 * come one after the other.
 */
export class StepWriter {
  readonly #parts: GeneratorParts;
  readonly #policy: IntakePolicy;
  readonly #seed: number;
  readonly #runner: CommandRunner;
  readonly #list: SuppressionList;
  readonly #hint = new NoHint();
  readonly #latestLead = new WeakMap<Sender, string>();

  constructor(parts: GeneratorParts, policy: IntakePolicy, seed: number) {
    this.#parts = parts;
    this.#policy = policy;
    this.#seed = seed;
    const catalog = new EventCatalog([
      ...leadStreamEvents,
      ...suppressionEvents,
      ...dncRulesEvents,
    ]);
    this.#runner = new CommandRunner(parts.store, catalog);
    this.#list = new SuppressionList(parts.store, catalog, this.#runner);
  }

  /** Resolves once it is known which phones are suppressed. */
  start(): Promise<void> {
    this.#list.start();
    return this.#list.ready;
  }

  async stop(): Promise<void> {
    await this.#list.stop();
  }

  /** Rejects with what the handlers reject with. */
  async write(step: Step): Promise<StepOutcome> {
    const { deed } = step;
    switch (deed.kind) {
      case 'submit':
        return this.#submit(step, deed);
      case 'consent':
        return this.#recordConsent(step, deed.consent);
      case 'suppress':
        return this.#suppress(step, deed);
      case 'lift':
        return this.#lift(step, deed.reason);
    }
  }

  async #submit(step: Step, deed: Extract<Deed, { kind: 'submit' }>): Promise<StepOutcome> {
    const { mode, channel } = step.sender;
    const { keys, secrets } = this.#parts;
    const [lookups, clock] = [this.#lookups(step), clockOf(step)];
    const handler = new ReceiveLeadHandler(
      ...([this.#runner, keys, secrets, lookups, this.#hint, clock] as const),
    );
    const { leadId, outcome, replayed } = await handler.execute(
      new ReceiveLeadCommand(this.#policy, mode, channel, this.#caller(step), deed.submission),
    );
    this.#latestLead.set(step.sender, leadId);
    return replayed ? 'there' : outcome;
  }

  async #recordConsent(step: Step, consent: ConsentSubmission): Promise<StepOutcome> {
    const leadId = this.#latestLead.get(step.sender);
    if (leadId === undefined) throw new Error('A sender brings consent for a lead sent before.');
    const [lookups, clock] = [this.#lookups(step), clockOf(step)];
    const reader = new LeadReader(this.#runner);
    const { keys, secrets } = this.#parts;
    await new RecordConsentHandler(
      ...([this.#runner, reader, keys, secrets, lookups, clock] as const),
    ).execute(new RecordConsentCommand(this.#policy, this.#caller(step), leadId, consent));
    return 'done';
  }

  async #suppress(step: Step, deed: Extract<Deed, { kind: 'suppress' }>): Promise<StepOutcome> {
    const { keys, secrets } = this.#parts;
    const phone = step.sender.person.phone.digits;
    await new SuppressNumberHandler(
      ...([this.#runner, keys, secrets, this.#list, clockOf(step)] as const),
    ).execute(
      new SuppressNumberCommand(
        ...([this.#policy, this.#caller(step), { kind: 'phone', phone }] as const),
        ...([deed.reason, deed.source, deed.expiresAt] as const),
      ),
    );
    return 'done';
  }

  async #lift(step: Step, reason: string): Promise<StepOutcome> {
    const { tenantId } = this.#policy;
    const phone = `+1${step.sender.person.phone.digits}`;
    const entryId = await this.#parts.secrets.phoneHash(tenantId, phone);
    await new LiftSuppressionHandler(this.#runner, clockOf(step)).execute(
      new LiftSuppressionCommand(tenantId, this.#caller(step), entryId, reason),
    );
    return 'done';
  }

  #lookups({ dnc }: Step): EligibilityLookups {
    return new EligibilityLookups(this.#list, new GivenAnswer(dnc), this.#runner);
  }

  /** Every event says that it was generated, and from which seed. */
  #caller({ sender, number }: Step): Caller {
    return {
      actor: { kind: 'system', id: 'generator' },
      apiKeyId: null,
      commandId: commandIdOf(this.#seed, sender.number, number),
      causationId: `generate-${this.#seed}`,
      ip: sender.person.address,
      userAgent: 'Mozilla/5.0 (generated)',
    };
  }
}

/**
 * A UUID (version 8) that says which step of which sender of which seed: a step written before is
 * recognised by it, so it never changes.
 */
function commandIdOf(seed: number, sender: number, step: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  return `${hex(seed >>> 0, 8)}-6c65-8000-8000-${hex(step, 4)}${hex(sender, 8)}`;
}

function clockOf({ at }: Step): OccurrenceClock {
  return new OccurrenceClock({ now: () => new Date(at) });
}

/** Says what the traffic has it say. */
class GivenAnswer extends DncProvider {
  constructor(private readonly answer: DncAnswer) {
    super();
  }

  override check(): Promise<DncAnswer> {
    return Promise.resolve(this.answer);
  }
}

/** A phone has few leads here: they are looked for one by one. */
class NoHint extends OrdinalHint {
  override latestOrdinal(): Promise<null> {
    return Promise.resolve(null);
  }
}
