import { type LoggedEvent } from './logged-event.js';
import { type PhoneCall } from './phone-laws.js';

/**
 * A talk that took longer, by the clock of the log, is booked whatever was lost of it: its leg
 * alone tells. Of a shorter one nobody may have heard.
 */
const TOLD_AFTER_MS = 20_000;
/**
 * A consumer on the line may hang up before they have come into the room; soon, or they are there.
 */
const HANGS_UP_WITHIN_MS = 5_000;

/** What is booked as a bridge is a talk on the network, and what was talked there is booked. */
export function bridgesAreTalks(
  events: readonly LoggedEvent[],
  calls: readonly PhoneCall[],
): string[] {
  const talked = new Set(calls.filter(({ talkedMs }) => talkedMs > 0).map(({ sid }) => sid));
  const transfers = [...transfersIn(events)];
  const hasTalked = ({ sid }: Meeting) => sid !== undefined && talked.has(sid);
  const made = transfers.filter(
    ([, meeting]) =>
      !hasTalked(meeting) && lasted(meeting.bridgedAt, meeting.overAt) >= HANGS_UP_WITHIN_MS,
  );
  const missed = transfers.filter(
    ([, meeting]) =>
      hasTalked(meeting) &&
      meeting.bridgedAt === undefined &&
      lasted(meeting.whisperedAt, meeting.overAt) >= TOLD_AFTER_MS,
  );
  return [
    ...made.map(([id]) => `transfer ${id} is booked as a bridge, and nobody talked`),
    ...missed.map(([id]) => `transfer ${id} is no bridge in the log, and its two talked`),
  ];
}

/** What the log says of a transfer, as far as it says anything; instants are ISO-8601. */
interface Meeting {
  readonly sid?: string;
  readonly whisperedAt?: string;
  readonly bridgedAt?: string;
  readonly overAt?: string;
}

function transfersIn(events: readonly LoggedEvent[]): Map<string, Meeting> {
  const transfers = new Map<string, Meeting>();
  const note = (transferId: string | null, what: Meeting) => {
    if (transferId !== null) transfers.set(transferId, { ...transfers.get(transferId), ...what });
  };
  for (const { type, data } of events) {
    if (type === 'DestinationDialed') note(data.transferId, { sid: data.providerCallId });
    if (type === 'WhisperPlayed') note(data.transferId, { whisperedAt: data.playedAt });
    if (type === 'CallBridged') note(data.transferId, { bridgedAt: data.bridgedAt });
    if (type === 'TransferFailed') note(data.transferId, { overAt: data.failedAt });
    if (type === 'CallEnded') note(data.transferId, { overAt: data.endedAt });
  }
  return transfers;
}

/** Milliseconds; `-1` for what never began, infinite for what goes on. */
function lasted(from: string | undefined, to: string | undefined): number {
  if (from === undefined) return -1;
  return to === undefined ? Infinity : Date.parse(to) - Date.parse(from);
}
