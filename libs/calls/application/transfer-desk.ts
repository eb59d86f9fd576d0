import { type DialingState } from '../domain/dialing.js';
import { callingHoursAt } from '../domain/hours/calling-hours.js';
import { awaitsDestination } from '../domain/transfer.decider.js';
import { type RoutingDecision } from '../domain/transfer.events.js';
import { type CallContext, type CallDesk, type OnDesk, transferIdOf } from './call-desk.js';
import { type Consumers } from './consumers.js';
import { DestinationChoice, type DestinationChoiceParts } from './destination-choice.js';
import { type DestinationDialler } from './destination-dialler.js';
import { placesOf } from './lead-facts.js';
import { type DialingKnowledge, type ListChecks } from './ports.js';
import { type TransferSlots } from './transfer-slots.js';
import { type WaitingConsumer } from './waiting-consumer.js';

/** What a {@link TransferDesk} is put together from. */
export interface TransferDeskParts {
  readonly desk: CallDesk;
  readonly dialing: Pick<DialingKnowledge, 'current'>;
  readonly lists: ListChecks;
  readonly choice: DestinationChoiceParts;
  readonly slots: TransferSlots;
  readonly consumers: Consumers;
  readonly dialler: DestinationDialler;
}

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

  /** Does nothing where the consumer does not wait for anybody. Safe to repeat. */
  async next(leadId: string, callId: string, context: CallContext): Promise<void> {
    const { desk, dialing, slots } = this.#parts;
    const found = await desk.look(leadId);
    const waiting = found === null ? null : await this.#waiting(found, callId);
    if (waiting === null) return;
    const { tenantId, transferId } = waiting;
    const [against] = await Promise.all([
      this.#reasonsAgainst(waiting),
      slots.releaseStrays({ tenantId, leadId, transferId }, context),
    ]);
    // Asked last: the others may have taken a while, and an emergency stop holds at once (DI-7).
    const state = await dialing.current(tenantId);
    await this.#offer(waiting, state, [...reasonsOfTenant(state, waiting), ...against], context);
  }

  async #waiting({ tenantId, lead }: OnDesk, callId: string): Promise<WaitingConsumer | null> {
    const { desk, consumers } = this.#parts;
    const call = lead.current;
    if (call?.callId !== callId || !awaitsDestination(call)) return null;
    const consumer = await consumers.open(tenantId, lead);
    const attempt = call.transfers.length + 1;
    const transferId = transferIdOf(callId, attempt);
    return { tenantId, lead, call, consumer, attempt, transferId, at: desk.now() };
  }

  /** What speaks against connecting this consumer with anybody now (CO-4, CO-5, CO-6). */
  async #reasonsAgainst({ tenantId, lead, consumer, at }: WaitingConsumer): Promise<string[]> {
    if (consumer === null) return ['erased'];
    const phone = { e164: consumer.phone, phoneHash: lead.phoneHash };
    const listed = await this.#parts.lists.check(tenantId, phone, lead.dnc, at);
    // They are on the phone: only the hours count, not how often they were called.
    const inHours = callingHoursAt(placesOf(lead, consumer), at).allowed;
    return [
      ...(listed.suppressionEntryId === null ? [] : ['suppressed']),
      ...(listed.dnc.outcome === 'listed' ? ['dnc_listed'] : []),
      ...(listed.dnc.outcome === 'failed' ? ['dnc_check_failed'] : []),
      ...(inHours ? [] : ['outside_calling_hours']),
    ];
  }

  async #offer(
    waiting: WaitingConsumer,
    state: DialingState | null,
    against: readonly string[],
    context: CallContext,
  ): Promise<void> {
    const { choice: parts, slots, dialler } = this.#parts;
    const choice = new DestinationChoice(parts, waiting);
    // Whoever lost a slot to somebody else chooses again, with what is known then.
    for (let choices = 0; choices < CHOICES_MAX; choices += 1) {
      const { chosen: destination, decision: routing } = await choice.make(against);
      const { consumer } = waiting;
      if (destination === null || state === null || consumer === null) {
        await this.#giveUp(waiting, routing, context);
        return;
      }
      if (!(await choice.isStillSo(destination))) continue;
      if (!(await slots.reserve(waiting, destination, context))) continue;
      const chosen = { destination, routing, dialing: state };
      await dialler.dial({ ...waiting, consumer }, chosen, context);
      return;
    }
    const { decision } = await choice.make(['concurrency_cap_reached']);
    await this.#giveUp(waiting, decision, context);
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
