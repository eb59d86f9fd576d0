import { CommandRunner, EventCatalog, type EventStore, type StoredEvent } from '#libs/event-store';
import { type Clock, type TenantId } from '#libs/kernel';
import { type DataKeys } from '#libs/privacy';
import {
  type Again,
  type Answer,
  defineReactor,
  type Occasion,
  type Order,
  type Reactor,
  type SeenEvent,
} from '#libs/reactors';
import { EligibilityLookups } from '../application/eligibility-lookups.js';
import { dncRulesStream } from '../application/lead-streams.js';
import { OccurrenceClock } from '../application/occurrence.js';
import { type DncProvider, type LeadRoll } from '../application/ports.js';
import {
  ReassessLeadCommand,
  ReassessLeadHandler,
  ReassessPhoneCommand,
  ReassessPhoneHandler,
} from '../application/reassess-lead.handler.js';
import { readEntryId } from '../application/suppression-entry-id.js';
import { SuppressionList } from '../application/suppression-list.js';
import { isWithinWindow } from '../domain/dedupe-window.js';
import { dncRulesDecider } from '../domain/dnc-rules.decider.js';
import { type DncRulesEvent, dncRulesEvents } from '../domain/dnc-rules.events.js';
import { type EligibilityChecks, type LeadEvent, leadEvents } from '../domain/lead.events.js';
import { type LeadStreamEvent, leadStreamEvents } from '../domain/lead-stream.events.js';
import { type SuppressionEvent, suppressionEvents } from '../domain/suppression.events.js';
import { PrefixSweep } from './prefix-sweep.js';

/** What the reactor wants done. */
export type EligibilityCommand =
  | { readonly do: 'reassess_lead' | 'reassess_listed'; readonly leadId: string }
  | { readonly do: 'reassess_phone'; readonly phoneHash: string };

/** What `eligibility` is put together from. */
export interface EligibilityParts {
  readonly store: EventStore;
  readonly keys: DataKeys;
  readonly dnc: DncProvider;
  readonly roll: LeadRoll;
  /** The machine's clock if left out. */
  readonly clock?: Clock;
}

/** The do-not-call provider is asked again after 1, 2, 4 … minutes, and hourly in the end. */
const DNC_RETRY_MS_MIN = 60 * 1000;
const DNC_RETRY_MS_MAX = 60 * 60 * 1000;

type Found = Extract<
  LeadEvent,
  { type: 'LeadReceived' | 'LeadFoundEligible' | 'LeadFoundIneligible' }
>;

/**
 * Keeps verdicts true: judges leads anew when a number or prefix is suppressed, when an entry is
 * lifted or expires, when do-not-call lists come to mean something else, and until a provider of
 * them that failed has answered.
 *
 * Only within a lead's window of 30 days. Recorded consent is judged by the command that records
 * it. A verdict that may rest on an outdated look at the suppression list, because the entry and
 * the verdict were on their way at the same time, is looked at once more when it comes by in the
 * log. The lead's decider keeps quiet where nothing changes, so that judging twice is harmless.
 */
export class Eligibility {
  /** Starts at the beginning: to judge a lead late is better than never, and twice does nothing. */
  readonly reactor: Reactor;
  /** What verdicts rest on, for whoever has to ask again right before a call. */
  readonly lookups: EligibilityLookups;
  readonly #runner: CommandRunner;
  readonly #clock: OccurrenceClock;
  readonly #list: SuppressionList;
  readonly #sweep: PrefixSweep;
  readonly #leads: ReassessLeadHandler;
  readonly #phones: ReassessPhoneHandler;

  constructor({ store, keys, dnc, roll, clock }: EligibilityParts) {
    const catalog = new EventCatalog([
      ...leadStreamEvents,
      ...suppressionEvents,
      ...dncRulesEvents,
    ]);
    this.#runner = new CommandRunner(store, catalog);
    this.#clock = new OccurrenceClock(clock);
    this.#list = new SuppressionList(store, catalog, this.#runner);
    this.#sweep = new PrefixSweep(roll, keys, this.#clock);
    const lookups = new EligibilityLookups(this.#list, dnc, this.#runner);
    this.lookups = lookups;
    this.#leads = new ReassessLeadHandler(this.#runner, keys, lookups, this.#clock);
    this.#phones = new ReassessPhoneHandler(this.#leads);
    this.reactor = this.#declare();
  }

  /** Reads the suppression list, which has to be complete before the reactor runs. */
  async start(): Promise<void> {
    this.#list.start();
    await this.#list.ready;
  }

  async stop(): Promise<void> {
    await this.#list.stop();
  }

  #declare(): Reactor {
    return defineReactor<LeadEvent | SuppressionEvent | DncRulesEvent, EligibilityCommand>({
      name: 'eligibility',
      startAt: 'beginning',
      events: [...leadEvents, ...suppressionEvents, ...dncRulesEvents],
      on: {
        NumberSuppressed: (event, occasion) => {
          this.#list.note(event.metadata.tenantId, event.data);
          return this.#entryChanged(event, occasion, event.data.expiresAt);
        },
        SuppressionLifted: (event, occasion) => this.#entryChanged(event, occasion, null),
        DncRulesConfigured: (event, occasion) => this.#rulesChanged(event, occasion),
        LeadReceived: (event, occasion) =>
          this.#verdictFound(event, event.data.verdict?.checks ?? null, occasion),
        LeadFoundEligible: (event, occasion) =>
          this.#verdictFound(event, event.data.checks, occasion),
        LeadFoundIneligible: (event, occasion) =>
          this.#verdictFound(event, event.data.checks, occasion),
      },
      run: (command, order) => this.#run(command, order),
    });
  }

  /** An entry of the list began or ended; one that expires is looked at again then. */
  async #entryChanged(
    event: SeenEvent<SuppressionEvent>,
    { memo }: Occasion,
    expiresAt: string | null,
  ): Promise<Answer<EligibilityCommand>> {
    this.#sweep.saw(event.position);
    const entry = readEntryId(event.data.entryId);
    // Whom a consumer is handed to is no matter of whether they may be called.
    if (entry === null || entry.scope === 'seller') return null;
    const { target } = entry;
    if (target.kind === 'number') {
      const commands = [{ do: 'reassess_phone', phoneHash: target.phoneHash } as const];
      return { commands, again: expiryAfter(this.#clock.now(), expiresAt) };
    }
    const page = await this.#sweep.next(event.metadata.tenantId, target.prefix, memo);
    const commands = page.leadIds.map((leadId) => ({ do: 'reassess_lead', leadId }) as const);
    // An entry that expired during the sweep still covered the leads of its first pages.
    return { commands, again: page.rest ?? expiryAfter(page.begunAt, expiresAt) };
  }

  /** Lists mean something else: for every lead that is on one. */
  async #rulesChanged(
    event: SeenEvent<DncRulesEvent>,
    { memo }: Occasion,
  ): Promise<Answer<EligibilityCommand>> {
    this.#sweep.saw(event.position);
    const page = await this.#sweep.next(event.metadata.tenantId, EVERY_NUMBER, memo);
    const commands = page.leadIds.map((leadId) => ({ do: 'reassess_listed', leadId }) as const);
    return { commands, again: page.rest };
  }

  async #verdictFound(
    event: SeenEvent<Found>,
    checks: EligibilityChecks | null,
    { turn }: Occasion,
  ): Promise<Answer<EligibilityCommand>> {
    this.#sweep.saw(event.position);
    if (checks === null) return null;
    const reassess = [{ do: 'reassess_lead', leadId: event.data.leadId } as const];
    const unanswered = checks.dnc.outcome === 'failed';
    if (turn === 0) {
      const commands = (await this.#mayBeOutdated(event, checks)) ? reassess : [];
      return { commands, again: unanswered ? this.#askedAgain(turn) : null };
    }
    if (!(await this.#isLatestVerdict(event))) return null;
    return { commands: reassess, again: this.#askedAgain(turn) };
  }

  #askedAgain(turn: number): Again {
    const inMs = Math.min(DNC_RETRY_MS_MAX, DNC_RETRY_MS_MIN * 2 ** turn);
    return { at: new Date(this.#clock.now().getTime() + inMs) };
  }

  /** Whether an entry that the verdict knew may have ended, or one it did not know have begun. */
  async #mayBeOutdated(event: SeenEvent<Found>, checks: EligibilityChecks): Promise<boolean> {
    if (checks.suppressionEntryId !== null) return true;
    const { tenantId } = event.metadata;
    if (checks.dnc.lists.length > 0 && (await this.#haveRulesChanged(tenantId, checks)))
      return true;
    const received = event.type === 'LeadReceived' ? event : await this.#received(event);
    if (received === null) return false;
    const { phoneHash, phone } = received.data;
    // Area codes are of the North American plan, whose numbers begin with +1.
    const startsWith = phone.areaCode === null ? '+' : `+1${phone.areaCode}`;
    return this.#list.mayCover(tenantId, { phoneHash, startsWith });
  }

  async #haveRulesChanged(tenantId: TenantId, { dncRules }: EligibilityChecks): Promise<boolean> {
    const rules = await this.#runner.standing(dncRulesStream(tenantId), dncRulesDecider);
    return rules.state.version !== dncRules?.version;
  }

  async #received({ stream }: SeenEvent): Promise<StoredEvent<Received> | null> {
    const [first] = await this.#runner.history<LeadStreamEvent>(stream);
    return first?.type === 'LeadReceived' ? first : null;
  }

  /** Later verdicts have their own turns; after the window there is nothing to find out. */
  async #isLatestVerdict({ stream, revision }: SeenEvent): Promise<boolean> {
    const history = await this.#runner.history<LeadStreamEvent>(stream);
    const [first] = history;
    if (first?.type !== 'LeadReceived') return false;
    const now = this.#clock.now().toISOString();
    const latest = history.findLast(({ type }) => VERDICTS.has(type));
    return latest?.revision === revision && isWithinWindow(first.data.receivedAt, now);
  }

  async #run(command: EligibilityCommand, order: Order): Promise<void> {
    if (command.do !== 'reassess_phone') {
      const isOnlyIfListed = command.do === 'reassess_listed';
      await this.#leads.execute(new ReassessLeadCommand(command.leadId, order, isOnlyIfListed));
    } else await this.#phones.execute(new ReassessPhoneCommand(command.phoneHash, order));
  }
}

type Received = Extract<LeadEvent, { type: 'LeadReceived' }>;

/** What every E.164 number begins with. */
const EVERY_NUMBER = '+';

const VERDICTS: ReadonlySet<string> = new Set<Found['type']>([
  'LeadReceived',
  'LeadFoundEligible',
  'LeadFoundIneligible',
]);

function expiryAfter(instant: Date, expiresAt: string | null): Again | null {
  if (expiresAt === null || Date.parse(expiresAt) <= instant.getTime()) return null;
  return { at: new Date(expiresAt) };
}
