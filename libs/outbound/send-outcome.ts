/** What came of sending a request once. Never says where it went: addresses may hold secrets. */
export type SendOutcome =
  | {
      readonly kind: 'answered';
      /** HTTP status. A redirection is an answer; it is not followed. */
      readonly status: number;
      /** How long the receiver asks to be left alone; `null` if it does not. */
      readonly retryAfterMs: number | null;
      /** The beginning of the body, as text. May be personal. */
      readonly body: string;
      readonly tookMs: number;
    }
  | { readonly kind: SendFailure; readonly tookMs: number };

/** Why there is no answer. */
export const SEND_FAILURES = ['timeout', 'unreachable', 'forbidden_address'] as const;

/** Why there is no answer. `forbidden_address`: nothing was sent. */
export type SendFailure = (typeof SEND_FAILURES)[number];

/** The longest that is understood: a day. */
const RETRY_AFTER_SECONDS_MAX = 86_400;

/** How long `Retry-After` asks to wait, in seconds or until a date; `null` if it does not say. */
export function readRetryAfter(header: string | undefined, at: Date): number | null {
  if (header === undefined) return null;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - at.getTime();
  if (Number.isNaN(ms)) return null;
  return Math.min(Math.max(ms, 0), RETRY_AFTER_SECONDS_MAX * 1_000);
}
