import { isMachine } from './call.events.js';
import {
  type ConsumerPresence,
  type PresumeMeeting,
  type ReportMeeting,
} from './calls.commands.js';
import { type CallableLead } from './lead-calls.js';
import { type CallEvent } from './lead-stream.events.js';
import { type OpenCall, type Transfer } from './open-call.js';
import { leftAlone } from './transfer-failure.js';
import { awaitsMeeting, bridge, isInRoomBy } from './unseen-meeting.js';

/**
 * The provider saw the destination in the room where the consumer waits: the billable clock begins
 * (TR-2). Never before the whisper was over, and never later than it is known, whatever the
 * provider’s clock says. Where the consumer had left before, nobody pays for an empty room.
 */
export function reportMeeting(
  { providerCallId, since, consumer, at }: ReportMeeting,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  const transfer = awaitsMeeting(call);
  if (transfer === null || transfer.providerCallId !== providerCallId) return [];
  const { whisperedAt } = transfer;
  const told = since ?? whisperedAt;
  const known = told > at ? at : told;
  const from = known < whisperedAt ? whisperedAt : known;
  return meet(lead, call, transfer, { from, since, consumer, at });
}

/**
 * The provider says that the destination’s leg goes on, long after the whisper: it is in the room,
 * and the report of that was lost.
 */
export function presumeMeeting(
  { transferId, consumer, at }: PresumeMeeting,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  const transfer = awaitsMeeting(call);
  if (transfer?.transferId !== transferId || !isInRoomBy(transfer, at)) return [];
  return meet(lead, call, transfer, { from: transfer.whisperedAt, since: null, consumer, at });
}

interface Meeting {
  /** When the destination came in. */
  readonly from: string;
  /** The same by the provider’s clock; `null`: not told. */
  readonly since: string | null;
  readonly consumer: ConsumerPresence;
  readonly at: string;
}

function meet(
  lead: CallableLead,
  call: OpenCall,
  transfer: Transfer,
  { from, since, consumer, at }: Meeting,
): CallEvent[] {
  // A mailbox is about to be hung up on: nobody pays for it.
  if (isMachine(call.answeredBy)) return [];
  if (consumer.kind === 'gone' && hasLeftBy(call, consumer, { from, since })) {
    return leftAlone(lead, call, transfer, { durationSeconds: consumer.durationSeconds, at });
  }
  return [bridge(lead, call, transfer, from)];
}

/**
 * Told by the provider’s clock alone where both ends of the wait are known by it: ours is another.
 * Whoever is gone, nobody knows since when, is taken to have left before.
 */
function hasLeftBy(
  { answeredAt }: OpenCall,
  { durationSeconds, endedAt }: Extract<ConsumerPresence, { kind: 'gone' }>,
  { from, since }: Pick<Meeting, 'from' | 'since'>,
): boolean {
  if (endedAt !== null && since !== null) return Date.parse(endedAt) <= Date.parse(since);
  if (answeredAt === null || durationSeconds === null) return true;
  return Date.parse(answeredAt) + durationSeconds * 1_000 <= Date.parse(from);
}
