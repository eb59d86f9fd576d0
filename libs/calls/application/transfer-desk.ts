import { type TenantId } from '#libs/kernel';
import { type Telephony } from '#libs/telephony';
import { hasCaps } from '../domain/destination-usage.js';
import { type DestinationSettings } from '../domain/destination.events.js';
import { type DialingState } from '../domain/dialing.js';
import { callingHoursAt } from '../domain/hours/calling-hours.js';
import { answersOf, type CallableLead, type OpenCall } from '../domain/lead-calls.js';
import { type RoutableDestination, route, type Routing } from '../domain/routing.js';
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
import { type VoiceUrls } from './voice-urls.js';

/** What a {@link TransferDesk} is put together from. */
export interface TransferDeskParts {
  readonly desk: CallDesk;
  readonly dialing: Pick<DialingKnowledge, 'current'>;
  readonly lists: ListChecks;
  readonly destinations: Pick<DestinationDirectory, 'of'>;
  readonly exact: Pick<DestinationReader, 'find'>;
  readonly slots: DestinationSlots;
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

  /** Does nothing where the consumer does not wait for anybody. Safe to repeat. */
  async next(leadId: string, callId: string, context: CallContext): Promise<void> {
    const { desk, consumers, dialing } = this.#parts;
    const found = await desk.look(leadId);
    const call = found?.lead.current ?? null;
    if (found === null || call?.callId !== callId || !awaitsDestination(call)) return;
    const { tenantId, lead } = found;
    const [consumer, state] = await Promise.all([
      consumers.open(tenantId, lead),
      dialing.current(tenantId),
    ]);
    const attempt = call.transfers.length + 1;
    const transferId = transferIdOf(callId, attempt);
    const at = desk.now();
    const known = consumer ?? { phone: '' };
    const waiting = { tenantId, lead, call, consumer: known, attempt, transferId, at };
    const against = consumer === null ? ['erased'] : await this.#reasonsAgainst(waiting, state);
    await this.#offer(waiting, state, against, context);
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
    { tenantId, lead, call, consumer, attempt, at }: Waiting,
    against: readonly string[],
    changed: Changed,
  ): Promise<Routing> {
    const routing = route({
      candidates: await this.#candidates(tenantId, changed),
      facts: leadFacts(lead, consumer, answersOf(call)),
      ...{ at, draw: drawOf(call.callId, attempt) },
      triedIds: call.transfers.map(({ destinationId }) => destinationId),
    });
    return against.length === 0 ? routing : refusedAll(routing, against);
  }

  async #candidates(tenantId: TenantId, changed: Changed): Promise<RoutableDestination[]> {
    const { destinations, slots } = this.#parts;
    const known = destinations.of(tenantId).map((one) => changed.get(one.destinationId) ?? one);
    return Promise.all(
      known.map(async (destination) => ({
        ...destination,
        usage: hasCaps(destination.settings.caps)
          ? await slots.usageOf(destination.destinationId)
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
    { tenantId, lead, call, consumer, attempt, transferId, at }: Waiting,
    { destinationId, version, settings }: RoutableDestination,
    dialing: DialingState,
    routing: RoutingDecision,
    context: CallContext,
  ): Promise<void> {
    const { desk, slots } = this.#parts;
    const { leadId, phoneHash } = lead;
    const { callId } = call;
    const { name, address, payout, presentsConsumer } = settings;
    const ours = presentsConsumer ? null : callingNumberOf(dialing.settings, phoneHash);
    const destination = {
      ...{ destinationId, destinationVersion: version, destinationName: name, payout },
      ...{ destinationAddress: address.value, presentedCallerId: ours },
    };
    const wish = { callId, transferId, attempt, destination, routing, at };
    const ids = { tenantId, leadId, callId, transferId };
    const requested = { type: 'RequestTransfer', ...wish } as const;
    const { events, replayed } = await desk.run(tenantId, leadId, requested, context);
    if (events.length === 0) {
      // The consumer has hung up meanwhile.
      const unused = { transferId, destinationId, used: false, at: desk.now() };
      const own = besides(context, `${destinationId} release`);
      await slots.release(unused, desk.contextFor(tenantId, leadId, own));
      return;
    }
    // An earlier run decided so, and has asked the provider: its reports or the watchdog tell.
    if (!replayed) await this.#place(ids, ours ?? consumer.phone, settings, context);
  }

  async #place(
    { tenantId, leadId, callId, transferId }: TransferIds,
    from: string,
    { address, ringSeconds, detectMachines }: DestinationSettings,
    context: CallContext,
  ): Promise<void> {
    const { desk, telephony, urls } = this.#parts;
    const report = (providerCallId: string | null, status: 'placed' | 'failed') => {
      const leg = { callId, transferId, providerCallId, status, at: desk.now() } as const;
      const unknown = { answeredBy: null, durationSeconds: null };
      const command = { type: 'ReportDestinationLeg', ...leg, ...unknown } as const;
      return desk.run(tenantId, leadId, command, besides(context, `${transferId} ${status}`));
    };
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
    await report(placed.providerCallId, 'placed');
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

interface TransferIds {
  readonly tenantId: TenantId;
  readonly leadId: string;
  readonly callId: string;
  readonly transferId: string;
}

/** Destinations that stand otherwise than memory had it. */
type Changed = Map<string, KnownDestination>;

/** More choices than that are lost to others only under a flood of calls. */
const CHOICES_MAX = 10;

/** Something speaks against all of them. */
function refusedAll({ decision }: Routing, against: readonly string[]): Routing {
  const candidates = decision.candidates.map((candidate) => ({
    ...candidate,
    outcome: 'refused' as const,
    reasons: [...against, ...candidate.reasons],
  }));
  return { chosen: null, decision: { ...decision, candidates } };
}

/** The consumer is on the phone: only the hours count, not how often they were called. */
function inCallingHours(lead: CallableLead, consumer: ConsumerData, at: string): boolean {
  return callingHoursAt(placesOf(lead, consumer), at).allowed;
}
