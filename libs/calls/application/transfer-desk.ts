import { type DncFinding } from '#events/leads';
import { voiceUnavailable } from '../domain/calls.errors.js';
import { type DialingState } from '../domain/dialing.js';
import { type DialingSettings } from '../domain/dialing.events.js';
import { callingHoursAt } from '../domain/hours/calling-hours.js';
import { dncFindingFor, listObstacles } from '../domain/list-finding.js';
import { chooseNobody, type RoutableDestination } from '../domain/routing.js';
import { capWindowsAt } from '../domain/schedule.js';
import { awaitsDestination } from '../domain/transfer.decider.js';
import { type RoutingDecision } from '../domain/transfer.events.js';
import {
  besides,
  type CallContext,
  type CallDesk,
  type OnDesk,
  transferIdOf,
} from './call-desk.js';
import { type Consumers } from './consumers.js';
import { DestinationChoice, type DestinationChoiceParts } from './destination-choice.js';
import { type DestinationDialler } from './destination-dialler.js';
import { type DestinationSlots } from './destination-slots.js';
import { askedLead, placesOf } from './lead-facts.js';
import { type DialingKnowledge, type ListChecks, type VoiceWatch } from './ports.js';
import { type SpareSlots } from './spare-slots.js';
import { StopCheck } from './stop-check.js';
import { type WaitingConsumer } from './waiting-consumer.js';

/** What a {@link TransferDesk} is put together from. */
export interface TransferDeskParts {
  readonly desk: CallDesk;
  readonly dialing: Pick<DialingKnowledge, 'current'>;
  readonly lists: ListChecks;
  readonly voice: VoiceWatch;
  readonly choice: DestinationChoiceParts;
  readonly slots: Pick<DestinationSlots, 'reserve'>;
  readonly spare: SpareSlots;
  readonly consumers: Consumers;
  readonly dialler: DestinationDialler;
}

/** Which of a call’s attempts to hand the consumer over is to be made. */
export interface TransferAttempt {
  readonly leadId: string;
  readonly callId: string;
  /** Counted from 1. */
  readonly attempt: number;
}

/** What speaks against connecting a consumer with anybody, and what do-not-call lists meant. */
interface Against {
  readonly reasons: readonly string[];
  readonly finding: DncFinding | null;
}

/**
 * How long a consumer is held, from the last answer on, until another destination is looked for no
 * more: they hear that nobody is there, whatever is out of order. Rung destinations count.
 */
const HOLD_MS_MAX = 3 * 60_000;

/** More choices than that are lost to others only under a flood of calls. */
const CHOICES_MAX = 10;

/**
 * Finds a destination for a consumer who waits: chooses, reserves a slot, and has it dialed (RO-13,
 * TR-8).
 *
 * The slot is taken on the destination's own stream before the lead's stream names the destination,
 * so no cap is oversold; a slot that comes to nothing is given back.
 */
export class TransferDesk {
  readonly #parts: TransferDeskParts;

  constructor(parts: TransferDeskParts) {
    this.#parts = parts;
  }

  /**
   * Does nothing where the consumer does not wait for this attempt. Rejects with
   * `voice_unavailable` while whoever answers would hear nothing: the consumer goes on waiting, for
   * {@link HOLD_MS_MAX} at most. Safe to repeat.
   */
  async next(wanted: TransferAttempt, context: CallContext): Promise<void> {
    const { desk, spare } = this.#parts;
    const { leadId, callId, attempt } = wanted;
    const found = await desk.look(leadId);
    if (found === null) return;
    const isLetGo = await this.#letGo(found, wanted, context);
    const waiting = isLetGo ? null : await this.#waiting(found, wanted);
    if (waiting !== null) {
      if (!this.#parts.voice.mayDial()) throw voiceUnavailable();
      await this.#connect(waiting, context);
    }
    const { tenantId } = found;
    const transferId = transferIdOf(callId, attempt);
    await spare.giveBack({ tenantId, leadId, callId, transferId }, context);
  }

  /** Rests on the lead’s stream alone, so that it holds whatever else is out of reach. */
  async #letGo(
    { tenantId, lead }: OnDesk,
    { callId, attempt }: TransferAttempt,
    context: CallContext,
  ): Promise<boolean> {
    const { desk } = this.#parts;
    const call = lead.current;
    if (call?.callId !== callId || !awaitsDestination(call)) return false;
    const at = desk.now();
    const heldMs = Date.parse(at) - Date.parse(call.qualifiedAt ?? at);
    if (call.transfers.length !== attempt - 1 || heldMs <= HOLD_MS_MAX) return false;
    const command = { type: 'GiveUpRouting', callId, routing: chooseNobody(at), at } as const;
    await desk.run(tenantId, lead.leadId, command, besides(context, 'let go'));
    return true;
  }

  async #waiting(
    { tenantId, lead }: OnDesk,
    { callId, attempt }: TransferAttempt,
  ): Promise<WaitingConsumer | null> {
    const { desk, consumers } = this.#parts;
    const call = lead.current;
    if (call?.callId !== callId || !awaitsDestination(call)) return null;
    if (call.transfers.length !== attempt - 1) return null;
    const consumer = await consumers.open(tenantId, lead);
    const stop = new StopCheck(this.#parts, tenantId);
    const ids = { tenantId, attempt, transferId: transferIdOf(callId, attempt) };
    return { ...ids, lead, call, consumer, stop, at: desk.now() };
  }

  async #connect(waiting: WaitingConsumer, context: CallContext): Promise<void> {
    const state = await this.#parts.dialing.current(waiting.tenantId);
    const against = await this.#reasonsAgainst(waiting, state?.settings ?? null);
    const reasons = [...reasonsOfTenant(state, waiting), ...against.reasons];
    await this.#offer(waiting, state, { ...against, reasons }, context);
  }

  /** What speaks against connecting this consumer with anybody now (CO-4, CO-5, CO-6). */
  async #reasonsAgainst(
    { tenantId, lead, consumer, at }: WaitingConsumer,
    settings: DialingSettings | null,
  ): Promise<Against> {
    if (consumer === null) return { reasons: ['erased'], finding: null };
    const listed = await this.#parts.lists.check(
      tenantId,
      askedLead(lead, consumer, settings),
      lead.dnc,
      at,
    );
    // They are on the phone: only the hours count, not how often they were called.
    const inHours = callingHoursAt(placesOf(lead, consumer), at).allowed;
    const finding = dncFindingFor(listed, lead);
    const hours = inHours ? [] : ['outside_calling_hours'];
    return { reasons: [...listObstacles(listed, finding), ...hours], finding };
  }

  async #offer(
    waiting: WaitingConsumer,
    state: DialingState | null,
    { reasons, finding }: Against,
    context: CallContext,
  ): Promise<void> {
    const { choice: parts, dialler } = this.#parts;
    const choice = new DestinationChoice(parts, waiting, finding);
    // Whoever lost a slot to somebody else chooses again, with what is known then.
    for (let choices = 0; choices < CHOICES_MAX; choices += 1) {
      const { chosen: destination, decision: routing } = await choice.make(reasons);
      const { consumer } = waiting;
      if (destination === null || state === null || consumer === null) {
        await this.#giveUp(waiting, routing, context);
        return;
      }
      if (!(await choice.isStillSo(destination))) continue;
      if (!(await this.#reserve(waiting, destination, context))) continue;
      const chosen = { destination, routing, dialing: state };
      await dialler.dial({ ...waiting, consumer }, chosen, context);
      return;
    }
    const { decision } = await choice.make(['concurrency_cap_reached']);
    await this.#giveUp(waiting, decision, context);
  }

  /** Resolves to whether there was a slot. */
  async #reserve(
    { tenantId, lead, transferId, at }: WaitingConsumer,
    { destinationId, version, settings }: RoutableDestination,
    context: CallContext,
  ): Promise<boolean> {
    const { desk, slots } = this.#parts;
    const { caps, schedule } = settings;
    const windows = capWindowsAt(schedule.timeZone, at);
    const slot = { transferId, destinationId, destinationVersion: version, caps, windows, at };
    const own = besides(context, `${destinationId} reserve`);
    const asked = await slots.reserve(slot, desk.contextFor(tenantId, lead.leadId, own));
    return asked.outcome === 'reserved';
  }

  async #giveUp(
    { tenantId, lead, call: { callId }, at }: WaitingConsumer,
    routing: RoutingDecision,
    context: CallContext,
  ): Promise<void> {
    const command = { type: 'GiveUpRouting', callId, routing, at } as const;
    await this.#parts.desk.run(tenantId, lead.leadId, command, context);
  }
}

/** What the tenant has decided against it. */
function reasonsOfTenant(state: DialingState | null, { attempt }: WaitingConsumer): string[] {
  if (state === null || state.stopped) return ['dialing_stopped'];
  return attempt > state.settings.transferAttemptsMax ? ['attempts_exhausted'] : [];
}
