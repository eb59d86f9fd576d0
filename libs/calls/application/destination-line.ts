import { type RoomReport, type Telephony, type VoiceReport, type VoiceStep } from '#libs/telephony';
import { type ConsumerPresence } from '../domain/calls.commands.js';
import { type DestinationSettings } from '../domain/destination.events.js';
import { answersOf, type Transfer } from '../domain/lead-calls.js';
import { awaitsMeeting } from '../domain/unseen-meeting.js';
import { renderWhisper } from '../domain/whisper.js';
import { presenceOf } from './consumer-presence.js';
import { type Consumers } from './consumers.js';
import { type DestinationReader } from './destination-reader.js';
import { isBeforeAnswer, reportedLeg } from './leg-report.js';
import { type CallRef, HANG_UP, type LiveCall, type LiveCalls } from './live-calls.js';
import { isOwnLeg } from './own-leg.js';
import { type RingCheck } from './ring-check.js';
import { recognise } from './recognise.js';
import { whisperSteps } from './spoken.js';
import { roomOf, type VoiceUrls } from './voice-urls.js';

/** What a {@link DestinationLine} is put together from. */
export interface DestinationLineParts {
  readonly calls: LiveCalls;
  readonly destinations: Pick<DestinationReader, 'settingsOf'>;
  readonly consumers: Consumers;
  readonly urls: VoiceUrls;
  readonly rings: RingCheck;
  /**
   * Knows whether the consumer is still on the line, and hangs up; `null` where no provider is
   * connected.
   */
  readonly telephony: Pick<Telephony, 'lookUpCall' | 'endCall'> | null;
}

/** Which transfer a request of the provider is about. */
export interface TransferRef extends CallRef {
  readonly transferId: string;
}

const NOT_ASKED: ConsumerPresence = { kind: 'unknown' };

type OnTransfer = LiveCall & { readonly transfer: Transfer };

/**
 * Answers the telephony provider about destinations’ legs, as `ConsumerLine` does about consumers’.
 * A transfer that has failed, or whose consumer is gone, is hung up, and so is a leg that is not the
 * transfer’s: it hears of nobody, and joins nobody (SE-3).
 */
export class DestinationLine {
  readonly #parts: DestinationLineParts;

  constructor(parts: DestinationLineParts) {
    this.#parts = parts;
  }

  /** It answered, and hears who is about to be connected. */
  async answered(ref: TransferRef, report: VoiceReport): Promise<readonly VoiceStep[]> {
    await this.reported(ref, { ...report, status: 'in_progress' });
    const found = await this.#onLeg(ref, report);
    if (found === null) return HANG_UP;
    const { leadId, callId, transferId } = ref;
    const { acceptKey, whisper } = await this.#settings(found);
    const { script } = found;
    const whispered = whisper === null ? '' : await this.#whispered(whisper, found);
    const actionUrl = this.#parts.urls.connect(leadId, callId, transferId);
    return whisperSteps(script, { whispered, acceptKey, actionUrl });
  }

  /**
   * The whisper is over: the destination joins the consumer, or is let go. Whether the consumer is
   * still there is asked at this instant, for the report that they hung up may be late.
   */
  async ready(
    ref: TransferRef,
    { providerCallId, digits, repeatToken }: VoiceReport,
  ): Promise<readonly VoiceStep[]> {
    const { calls, urls } = this.#parts;
    const { callId, transferId } = ref;
    const found = await this.#onLeg(ref, { providerCallId });
    if (found === null) return HANG_UP;
    const { acceptKey } = await this.#settings(found);
    const accepted = acceptKey === null ? null : digits === acceptKey;
    // A mailbox that nobody has found out yet is not to be connected.
    await recognise(calls, this.#parts.telephony, found);
    const consumer = accepted === false ? NOT_ASKED : await this.#presence(found);
    const wish = { callId, transferId, accepted, consumer, at: calls.now() };
    await calls.run(found, { type: 'ConnectDestination', ...wish }, repeatToken);
    const after = await this.#onTransfer(ref);
    if (after === null || after.transfer.whisperedAt === null) return HANG_UP;
    return [{ join: roomOf(urls, ref) }];
  }

  /**
   * Somebody came into the room of a call, or left it. Who was seen to leave was there; when they
   * came is then not known. Only the destination counts that was sent there: the consumer is looked
   * for.
   */
  async seen(ref: CallRef, { event, providerCallId, at: told }: RoomReport): Promise<void> {
    const { calls, telephony } = this.#parts;
    const { callId } = ref;
    const onDesk = await calls.leadOf(ref);
    const call = onDesk.lead.current;
    if (event === 'other' || providerCallId === null || call?.callId !== callId) return;
    if (awaitsMeeting(call)?.providerCallId !== providerCallId) return;
    const consumer = telephony === null ? NOT_ASKED : await presenceOf(telephony, call);
    const at = calls.now();
    const since = event === 'joined' ? (told ?? at) : null;
    const seen = { callId, providerCallId, since, consumer, at };
    await calls.run(onDesk, { type: 'ReportMeeting', ...seen });
  }

  /**
   * Where the leg stands. One that is dialed only now is hung up where the consumer is gone or may
   * not be handed over any more; rejects where the provider cannot be told so, that it reports
   * again.
   */
  async reported(ref: TransferRef, report: VoiceReport): Promise<void> {
    const { calls, telephony } = this.#parts;
    const { callId, transferId } = ref;
    const { status, providerCallId } = report;
    const leg = { callId, transferId, ...reportedLeg(report), at: calls.now() };
    const command = { type: 'ReportDestinationLeg', ...leg } as const;
    await calls.run(await calls.leadOf(ref), command, report.repeatToken);
    if (isBeforeAnswer(status) && !(await this.#mayRing(ref))) {
      await telephony?.endCall(providerCallId);
    }
  }

  /** A transfer that is not to ring any more comes to its outcome. */
  async #mayRing(ref: TransferRef): Promise<boolean> {
    const { calls, rings } = this.#parts;
    const found = await this.#onTransfer(ref);
    if (found === null) return false;
    if (found.transfer.answeredAt !== null) return true;
    const reason = await rings.whyNotHandedOver(found);
    if (reason === null) return true;
    const { callId, transferId } = ref;
    const wish = { callId, transferId, reason, at: calls.now() };
    await calls.run(found, { type: 'WithdrawTransfer', ...wish });
    return false;
  }

  /** What was decided before is not decided anew, so nobody is asked. */
  async #presence({ call, transfer }: OnTransfer): Promise<ConsumerPresence> {
    const { telephony } = this.#parts;
    if (telephony === null || transfer.whisperedAt !== null) return NOT_ASKED;
    return presenceOf(telephony, call);
  }

  async #onTransfer(ref: TransferRef): Promise<OnTransfer | null> {
    const found = await this.#parts.calls.find(ref);
    const transfer = found?.call.transfers.find(({ transferId }) => transferId === ref.transferId);
    if (found === null || transfer === undefined || transfer.failure !== null) return null;
    return { ...found, transfer };
  }

  /** The transfer, if it is its own leg that asks: whose name is known since it was answered. */
  async #onLeg(
    ref: TransferRef,
    leg: Pick<VoiceReport, 'providerCallId'>,
  ): Promise<OnTransfer | null> {
    const found = await this.#onTransfer(ref);
    return found !== null && isOwnLeg(found.transfer, leg) ? found : null;
  }

  /** As they were when the destination was chosen. */
  #settings({ tenantId, transfer }: OnTransfer): Promise<DestinationSettings> {
    const { destinationId, destinationVersion } = transfer;
    return this.#parts.destinations.settingsOf(tenantId, destinationId, destinationVersion);
  }

  async #whispered(template: string, { tenantId, lead, call }: LiveCall): Promise<string> {
    const consumer = await this.#parts.consumers.open(tenantId, lead);
    const firstName = consumer?.first_name ?? null;
    return renderWhisper(template, { firstName, state: lead.state, answers: answersOf(call) });
  }
}
