import { type Telephony } from '#libs/telephony';
import { callingNumberOf } from '../domain/calling-number.js';
import { type DialingState } from '../domain/dialing.js';
import { openTransfer } from '../domain/lead-calls.js';
import { type RoutableDestination } from '../domain/routing.js';
import { type RoutingDecision } from '../domain/transfer.events.js';
import { besides, type CallContext, type CallDesk } from './call-desk.js';
import { type ConsumerData } from './consumers.js';
import { detectionFor } from './machines-on.js';
import { type OrderPace } from './order-pace.js';
import { placeOnce } from './place-call.js';
import { type VoiceUrls } from './voice-urls.js';
import { type WaitingConsumer } from './waiting-consumer.js';

/** What a {@link DestinationDialler} is put together from. */
export interface DestinationDiallerParts {
  readonly desk: CallDesk;
  readonly telephony: Telephony;
  readonly pace: Pick<OrderPace, 'destinationTurn'>;
  readonly urls: VoiceUrls;
}

/** A consumer who is known, so that their number can be shown. */
type KnownConsumer = WaitingConsumer & { readonly consumer: ConsumerData };

/** A destination that has a slot for the consumer. */
interface Chosen {
  readonly destination: RoutableDestination;
  readonly routing: RoutingDecision;
  readonly dialing: DialingState;
}

/**
 * Dials a destination that was chosen and has a slot. The choice is in the log before the provider
 * is asked, and only the run that decided asks, as with consumers.
 */
export class DestinationDialler {
  readonly #parts: DestinationDiallerParts;

  constructor(parts: DestinationDiallerParts) {
    this.#parts = parts;
  }

  async dial(waiting: KnownConsumer, chosen: Chosen, context: CallContext): Promise<void> {
    const { desk } = this.#parts;
    const { tenantId, lead, call, attempt, transferId, at } = waiting;
    const { destination, routing, dialing } = chosen;
    const { destinationId, version, settings } = destination;
    const { name, address, payout, presentsConsumer } = settings;
    const ours = presentsConsumer ? null : callingNumberOf(dialing.settings, lead.phoneHash);
    const named = { destinationId, destinationVersion: version, destinationName: name, payout };
    const command = {
      type: 'RequestTransfer',
      ...{ callId: call.callId, transferId, attempt, routing, at },
      destination: { ...named, destinationAddress: address.value, presentedCallerId: ours },
    } as const;
    const { events, replayed } = await desk.run(tenantId, lead.leadId, command, context);
    // The consumer has hung up or opted out meanwhile; or an earlier run decided so, and has asked
    // the provider: its reports or the watchdog tell.
    const isRequested = events.some(({ type }) => type === 'TransferRequested');
    if (!isRequested || replayed) return;
    await this.#place(waiting, ours ?? waiting.consumer.phone, destination, context);
  }

  async #place(
    waiting: KnownConsumer,
    from: string,
    { settings: { address, ringSeconds, detectMachines } }: RoutableDestination,
    context: CallContext,
  ): Promise<void> {
    const { telephony, urls, pace } = this.#parts;
    const { lead, call, transferId, stop } = waiting;
    await pace.destinationTurn();
    // Whoever is on the phone already is handed over, though their source was paused meanwhile.
    if (!(await stop.mayHandOver())) {
      await this.#note(waiting, null, 'canceled', context);
      return;
    }
    const placement = await placeOnce(telephony, {
      ...{ to: address.value, from, ringSeconds },
      machines: { detection: detectionFor(detectMachines ? 'wait' : 'off', address.sendDigits) },
      answerUrl: urls.destinationAnswer(lead.leadId, call.callId, transferId),
      statusUrl: urls.destinationStatus(lead.leadId, call.callId, transferId),
      sendDigits: address.sendDigits,
    });
    if (placement.kind === 'refused') await this.#note(waiting, null, 'failed', context);
    if (placement.kind !== 'placed') return;
    const { providerCallId } = placement;
    const isOpen = await this.#note(waiting, providerCallId, 'placed', context);
    // The consumer hung up before it was placed: nobody is to be rung for them.
    if (!isOpen) await telephony.endCall(providerCallId);
  }

  /** Resolves to whether the transfer is still under way. */
  async #note(
    { tenantId, lead, call: { callId }, transferId }: WaitingConsumer,
    providerCallId: string | null,
    status: 'placed' | 'failed' | 'canceled',
    context: CallContext,
  ): Promise<boolean> {
    const { desk } = this.#parts;
    const leg = { callId, transferId, providerCallId, status, at: desk.now() } as const;
    const untold = { answeredBy: null, durationSeconds: null };
    const command = { type: 'ReportDestinationLeg', ...leg, ...untold } as const;
    const own = besides(context, `${transferId} ${status}`);
    const { state } = await desk.run(tenantId, lead.leadId, command, own);
    const call = state.status === 'absent' ? null : state.current;
    return call?.callId === callId && openTransfer(call)?.transferId === transferId;
  }
}
