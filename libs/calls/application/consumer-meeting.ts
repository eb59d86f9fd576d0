import { isOver, type Telephony, type VoiceReport } from '#libs/telephony';
import { awaitsMeeting } from '../domain/unseen-meeting.js';
import { type OnDesk } from './call-desk.js';
import { foundLeg } from './leg-report.js';
import { type CallRef, type LiveCall, type LiveCalls } from './live-calls.js';
import { isForeignLeg } from './own-leg.js';

/** Whoever can tell how calls and legs stand. */
interface Askable {
  readonly calls: LiveCalls;
  readonly telephony: Pick<Telephony, 'lookUpCall'> | null;
}

/** The consumer was with the destination that was sent to them, if one was. `null`: it is over. */
export async function wereTogether(calls: LiveCalls, found: LiveCall): Promise<LiveCall | null> {
  const { providerCallId } = awaitsMeeting(found.call) ?? { providerCallId: null };
  if (providerCallId === null) return found;
  const { callId } = found.call;
  const seen = { callId, providerCallId, since: null, consumer: { kind: 'there' } } as const;
  return calls.run(found, { type: 'ReportMeeting', ...seen, at: calls.now() });
}

/**
 * The consumer is gone, and nobody has said whether the destination was with them that was sent: its
 * own leg tells. Rejects where the provider cannot be asked, that it reports the end again; the
 * watchdog asks later, too.
 */
export async function askBeforeTheEnd(
  { calls, telephony }: Askable,
  onDesk: OnDesk,
  { callId }: CallRef,
  { providerCallId, durationSeconds, at: endedAt }: VoiceReport,
): Promise<void> {
  const call = onDesk.lead.current;
  if (call?.callId !== callId || isForeignLeg(call, { providerCallId })) return;
  const sent = awaitsMeeting(call);
  if (telephony === null || sent === null || sent.providerCallId === null) return;
  const leg = await telephony.lookUpCall(sent.providerCallId);
  if (leg === null) return;
  const transfer = { callId, transferId: sent.transferId, at: calls.now() };
  await calls.run(onDesk, { type: 'ReportDestinationLeg', ...transfer, ...foundLeg(leg) });
  const consumer = { kind: 'gone', durationSeconds, endedAt } as const;
  if (isOver(leg.status)) return;
  await calls.run(onDesk, { type: 'PresumeMeeting', ...transfer, consumer });
}
