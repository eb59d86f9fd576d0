import { type LoggedEvent } from './logged-event.js';
import { type PhoneCall } from './phone-laws.js';

/**
 * A talk that took longer is booked whatever was lost of it: its leg alone tells. Of a shorter one
 * nobody may have heard.
 */
const TOLD_AFTER_MS = 40_000;

/** What is booked as a bridge is a talk on the network, and what was talked there is booked. */
export function bridgesAreTalks(
  events: readonly LoggedEvent[],
  calls: readonly PhoneCall[],
): string[] {
  const bySid = new Map(calls.map((call) => [call.sid, call]));
  const dialed = legsByTransfer(events);
  const bridged = new Set(
    events.flatMap(({ type, data }) => (type === 'CallBridged' ? [data.transferId] : [])),
  );
  const made = [...bridged].filter((id) => (bySid.get(dialed.get(id) ?? '')?.talkedMs ?? 0) === 0);
  const missed = [...dialed].filter(([id, sid]) => !bridged.has(id) && hasTalked(bySid.get(sid)));
  return [
    ...made.map((id) => `transfer ${id} is booked as a bridge, and nobody talked`),
    ...missed.map(([id, sid]) => `transfer ${id} is no bridge in the log, and ${sid} talked`),
  ];
}

function legsByTransfer(events: readonly LoggedEvent[]): Map<string, string> {
  return new Map(
    events.flatMap(({ type, data }) =>
      type === 'DestinationDialed' ? [[data.transferId, data.providerCallId] as const] : [],
    ),
  );
}

function hasTalked(call: PhoneCall | undefined): boolean {
  return (call?.talkedMs ?? 0) >= TOLD_AFTER_MS;
}
