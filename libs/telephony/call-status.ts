/** The states of a call in the order it goes through them; the last five end it. */
export const CALL_STATUSES = [
  'queued',
  'initiated',
  'ringing',
  'in_progress',
  'completed',
  'busy',
  'no_answer',
  'failed',
  'canceled',
] as const;

/**
 * How far a call is, as the network sees it. `completed`: it was answered, by whomever, and is
 * over; `failed`: it could not be connected; `canceled`: we gave it up before anybody answered.
 */
export type CallStatus = (typeof CALL_STATUSES)[number];

const OVER: ReadonlySet<CallStatus> = new Set([
  'completed',
  'busy',
  'no_answer',
  'failed',
  'canceled',
]);

/** Whether nothing can happen on such a call any more. */
export function isOver(status: CallStatus): boolean {
  return OVER.has(status);
}

/** Twilio writes `in-progress` where we write `in_progress`. `null` if it is none we know. */
export function readCallStatus(text: string): CallStatus | null {
  const status = text.replaceAll('-', '_');
  return CALL_STATUSES.find((known) => known === status) ?? null;
}

/** Who answered, as far as could be told; `unknown` is to be treated as a person. */
export type AnsweredBy = 'human' | 'machine' | 'fax' | 'unknown';

/**
 * Reads Twilio's word for who answered: `machine_start` and every `machine_end_…` are a machine,
 * words of later versions are unknown. `null` where nobody tried to tell.
 */
export function readAnsweredBy(text: string | null | undefined): AnsweredBy | null {
  if (text === undefined || text === null || text === '') return null;
  if (text.startsWith('machine')) return 'machine';
  return text === 'human' || text === 'fax' ? text : 'unknown';
}
