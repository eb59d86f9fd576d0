import { type TenantId } from '#libs/kernel';
import { type Telephony } from '#libs/telephony';
import { hasCaps } from '../domain/destination-usage.js';
import { type DestinationSettings } from '../domain/destination.events.js';
import { type DialingState } from '../domain/dialing.js';
import { callingHoursAt } from '../domain/hours/calling-hours.js';
import { answersOf, type CallableLead, type OpenCall, openTransfer } from '../domain/lead-calls.js';
import { refusedAll, type RoutableDestination, route, type Routing } from '../domain/routing.js';
import { capWindowsAt } from '../domain/schedule.js';
import { awaitsDestination } from '../domain/transfer.decider.js';
import { type RoutingDecision } from '../domain/transfer.events.js';
import { besides, type CallContext, type CallDesk, transferIdOf } from './call-desk.js';
import { type ConsumerData, type Consumers } from './consumers.js';
import { type DestinationDirectory, type KnownDestination } from './destination-directory.js';
import { type DestinationReader } from './destination-reader.js';
import { type DestinationSlots } from './destination-slots.js';
import { callingNumberOf, isRefusal, placesOf } from './dialler.js';
import { drawOf } from './routing-draw.js';
import { leadFacts } from './lead-facts.js';
import { type DialingKnowledge, type ListChecks } from './ports.js';
import { type SpareSlots, usageBeside } from './spare-slots.js';
import { StopCheck } from './stop-check.js';
import { type VoiceUrls } from './voice-urls.js';

/** What a {@link TransferDesk} is put together from. */
export interface TransferDeskParts {
  readonly desk: CallDesk;
  readonly dialing: Pick<DialingKnowledge, 'current'>;
  readonly lists: ListChecks;
  readonly destinations: Pick<DestinationDirectory, 'of'>;
  readonly exact: Pick<DestinationReader, 'find'>;
  readonly slots: DestinationSlots;
  readonly spare: SpareSlots;
  readonly consumers: Consumers;
  readonly telephony: Telephony;
  readonly urls: VoiceUrls;
}

/** A call whose consumer waits, with whatever the choice of a destination rests on. */
interface Waiting {
  readonly tenantId: TenantId;
  readonly lead: CallableLead;
  readonly call: OpenCall;
  readonly consumer: ConsumerData;
  readonly attempt: number;
  readonly transferId: string;
  readonly at: string;
  readonly stop: StopCheck;
}

/** Which of a call’s attempts to hand the consumer over is to be made. */
export interface TransferAttempt {
  readonly leadId: string;
  readonly callId: string;
  /** Counted from 1. */
  readonly attempt: number;
}

/**
 * Finds a destination for a consumer who waits: chooses, reserves a slot, and dials it (RO-13, TR-8).
 *
 * The slot is taken on the destination's own stream before the lead's stream names the destination,
 * so no cap is oversold; a slot that comes to nothing is given back. The choice is in the log before
 * the provider is asked, and only the run that decided asks, as with consumers.
 */
export class TransferDesk {
  readonly #parts: TransferDeskParts;

  constructor(parts: TransferDeskParts) {
    this.#parts = parts;
  }

  /** Does nothing where the consumer does not wait for this attempt. Safe to repeat. */
  async next({ leadId, callId, attempt }: TransferAttempt, context: CallContext): Promise<void> {
    const { desk, consumers, dialing, spare } = this.#parts;
    const found = await desk.look(leadId);
    if (found === null) return;
    const { tenantId, lead } = found;
    const call = lead.current;
    const transferId = transferIdOf(callId, attempt);
    if (call?.callId === callId && awaits(call, attempt)) {
      const stop = new StopCheck(dialing, tenantId);
      const [consumer, state] = await Promise.all([
        consumers.open(tenantId, lead),
        dialing.current(tenantId),
      ]);
      const known = consumer ?? { phone: '' };
      const at = desk.now();
      const waiting = { tenantId, lead, call, consumer: known, attempt, transferId, at, stop };
      const against = consumer === null ? ['erased'] : await this.#reasonsAgainst(waiting, state);
      await this.#offer(waiting, state, against, context);
    }
    await spare.giveBack({ tenantId, leadId, callId, transferId }, context);
  }

  /** What speaks against connecting the consumer with anybody at this instant (CO-4, CO-5, CO-6). */
  async #reasonsAgainst(
    { tenantId, lead, call, consumer, at }: Waiting,
    state: DialingState | null,
  ): Promise<string[]> {
    if (state === null || state.stopped) return ['dialing_stopped'];
    if (call.transfers.length >= state.settings.transferAttemptsMax) return ['attempts_exhausted'];
    const phone = { e164: consumer.phone, phoneHash: lead.phoneHash };
    const { suppressionEntryId, dnc } = await this.#parts.lists.check(
      tenantId,
      phone,
      lead.dnc,
      at,
    );
    return [
      ...(suppressionEntryId === null ? [] : ['suppressed']),
      ...(dnc.outcome === 'listed' ? ['dnc_listed'] : []),
      ...(dnc.outcome === 'failed' ? ['dnc_check_failed'] : []),
      ...(inCallingHours(lead, consumer, at) ? [] : ['outside_calling_hours']),
    ];
  }

  async #offer(
    waiting: Waiting,
    state: DialingState | null,
    against: readonly string[],
    context: CallContext,
  ): Promise<void> {
    // Whoever lost a slot to somebody else chooses again, with what is known then.
    const changed: Changed = new Map();
    for (let choice = 0; choice < CHOICES_MAX; choice += 1) {
      const { chosen, decision } = await this.#choose(waiting, against, changed);
      if (chosen === null || state === null) {
        await this.#giveUp(waiting, decision, context);
        return;
      }
      if (!(await this.#stillSo(waiting, chosen, changed))) continue;
      if (await this.#reserve(waiting, chosen, context)) {
        await this.#dial(waiting, chosen, state, decision, context);
        return;
      }
    }
    const { decision } = await this.#choose(waiting, ['concurrency_cap_reached'], changed);
    await this.#giveUp(waiting, decision, context);
  }

  async #choose(
    { tenantId, lead, call, consumer, attempt, transferId, at }: Waiting,
    against: readonly string[],
    changed: Changed,
  ): Promise<Routing> {
    const routing = route({
      candidates: await this.#candidates(tenantId, transferId, changed),
      facts: leadFacts(lead, consumer, answersOf(call)),
      ...{ at, draw: drawOf(call.callId, attempt) },
      triedIds: call.transfers.map(({ destinationId }) => destinationId),
    });
    return against.length === 0 ? routing : refusedAll(routing, against);
  }

  async #candidates(
    tenantId: TenantId,
    transferId: string,
    changed: Changed,
  ): Promise<RoutableDestination[]> {
    const { destinations, slots } = this.#parts;
    const known = destinations.of(tenantId).map((one) => changed.get(one.destinationId) ?? one);
    return Promise.all(
      known.map(async (destination) => ({
        ...destination,
        usage: hasCaps(destination.settings.caps)
          ? usageBeside(await slots.usageOf(destination.destinationId), transferId)
          : null,
      })),
    );
  }

  /** Whether memory was right about the one that was chosen; if not, the truth is noted. */
  async #stillSo(
    { tenantId }: Waiting,
    { destinationId, version, paused }: RoutableDestination,
    changed: Changed,
  ): Promise<boolean> {
    const exact = await this.#parts.exact.find(tenantId, destinationId);
    const now = { ...exact, paused: exact.status !== 'active' };
    if (now.version === version && now.paused === paused) return true;
    changed.set(destinationId, now);
    return false;
  }

  /** Resolves to whether there was a slot. */
  async #reserve(
    { tenantId, lead, transferId, at }: Waiting,
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

  async #dial(
    { tenantId, lead, call, consumer, attempt, transferId, at, stop }: Waiting,
    { destinationId, version, settings }: RoutableDestination,
    dialing: DialingState,
    routing: RoutingDecision,
    context: CallContext,
  ): Promise<void> {
    const { desk } = this.#parts;
    const { leadId, phoneHash } = lead;
    const { callId } = call;
    const { name, address, payout, presentsConsumer } = settings;
    const ours = presentsConsumer ? null : callingNumberOf(dialing.settings, phoneHash);
    const destination = {
      ...{ destinationId, destinationVersion: version, destinationName: name, payout },
      ...{ destinationAddress: address.value, presentedCallerId: ours },
    };
    const wish = { callId, transferId, attempt, destination, routing, at };
    const ids = { tenantId, leadId, callId, transferId, stop };
    const requested = { type: 'RequestTransfer', ...wish } as const;
    const { events, replayed } = await desk.run(tenantId, leadId, requested, context);
    // The consumer has hung up meanwhile; or an earlier run decided so, and has asked the provider:
    // its reports or the watchdog tell.
    if (events.length > 0 && !replayed)
      await this.#place(ids, ours ?? consumer.phone, settings, context);
  }

  async #place(
    { tenantId, leadId, callId, transferId, stop }: Placing,
    from: string,
    { address, ringSeconds, detectMachines }: DestinationSettings,
    context: CallContext,
  ): Promise<void> {
    const { desk, telephony, urls } = this.#parts;
    const report = (providerCallId: string | null, status: 'placed' | 'failed' | 'canceled') => {
      const leg = { callId, transferId, providerCallId, status, at: desk.now() } as const;
      const unknown = { answeredBy: null, durationSeconds: null };
      const command = { type: 'ReportDestinationLeg', ...leg, ...unknown } as const;
      return desk.run(tenantId, leadId, command, besides(context, `${transferId} ${status}`));
    };
    if (!(await stop.mayPlace())) {
      await report(null, 'canceled');
      return;
    }
    let placed: { readonly providerCallId: string };
    try {
      placed = await telephony.placeCall({
        ...{ to: address.value, from, ringSeconds, detectMachines },
        answerUrl: urls.destinationAnswer(leadId, callId, transferId),
        statusUrl: urls.destinationStatus(leadId, callId, transferId),
        sendDigits: address.sendDigits,
      });
    } catch (error) {
      // Refused for certain. Anything else may have been placed: its reports or the watchdog tell.
      if (isRefusal(error)) await report(null, 'failed');
      return;
    }
    const { state } = await report(placed.providerCallId, 'placed');
    // It was over before it was placed: nobody is to be rung for it.
    const current = state.status === 'absent' ? null : state.current;
    const isOpen = current !== null && openTransfer(current)?.transferId === transferId;
    if (!isOpen) await telephony.endCall(placed.providerCallId);
  }

  async #giveUp(
    { tenantId, lead, call, at }: Waiting,
    routing: RoutingDecision,
    context: CallContext,
  ): Promise<void> {
    const command = { type: 'GiveUpRouting', callId: call.callId, routing, at } as const;
    await this.#parts.desk.run(tenantId, lead.leadId, command, context);
  }
}

interface Placing {
  readonly tenantId: TenantId;
  readonly leadId: string;
  readonly callId: string;
  readonly transferId: string;
  readonly stop: StopCheck;
}

/** Whether the consumer waits, and for this attempt. */
function awaits(call: OpenCall, attempt: number): boolean {
  return awaitsDestination(call) && call.transfers.length === attempt - 1;
}

/** Destinations that stand otherwise than memory had it. */
type Changed = Map<string, KnownDestination>;

/** More choices than that are lost to others only under a flood of calls. */
const CHOICES_MAX = 10;

/** The consumer is on the phone: only the hours count, not how often they were called. */
function inCallingHours(lead: CallableLead, consumer: ConsumerData, at: string): boolean {
  return callingHoursAt(placesOf(lead, consumer), at).allowed;
}
