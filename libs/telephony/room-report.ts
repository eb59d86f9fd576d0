import { instantOf, type Params, refuse, textOf } from './voice-report.js';

/** What the provider tells about a room in which two legs meet. Comes twice, late or not at all. */
export interface RoomReport {
  /** `other`: nothing that concerns a single leg. */
  readonly event: 'joined' | 'left' | 'other';
  /** The leg; `null` where the event concerns none. */
  readonly providerCallId: string | null;
  /** ISO-8601, to the second: when it happened; `null` where the provider does not say. */
  readonly at: string | null;
}

/** Throws `telephony_report_unreadable`, which names the field and never its content. */
export function readRoomReport(params: Params): RoomReport {
  const event = textOf(params, 'StatusCallbackEvent') ?? refuse('StatusCallbackEvent');
  return {
    event: EVENTS[event] ?? 'other',
    providerCallId: textOf(params, 'CallSid'),
    at: instantOf(params, 'Timestamp'),
  };
}

const EVENTS: Readonly<Partial<Record<string, RoomReport['event']>>> = {
  'participant-join': 'joined',
  'participant-leave': 'left',
};
