import { type SendOutcome } from './send-outcome.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** After each failed attempt, how long until the next: eight attempts within about a day. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  30 * SECOND_MS,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  HOUR_MS,
  6 * HOUR_MS,
  16 * HOUR_MS,
];

/**
 * A delay is up to this much longer or shorter, so that what failed together does not return so.
 */
export const JITTER_SHARE = 0.1;

/** No attempt is made later than that after the first was due, whatever the receiver asks for. */
export const GIVE_UP_AFTER_MS = 26 * HOUR_MS;

/**
 * Answers that refuse for now; any other of 400 to 499 refuses this very message for good. A
 * receiver answers 401, 403 or 404 while its access rules, or where it is, are set wrong for an
 * hour.
 */
const REFUSED_FOR_NOW: readonly number[] = [401, 403, 404, 408, 425, 429];

/** Why nothing more is sent. */
export const GIVE_UP_REASONS = ['rejected', 'gone', 'forbidden_address', 'exhausted'] as const;

/** Why nothing more is sent. `gone`: nothing ever should be to this receiver. */
export type GiveUpReason = (typeof GIVE_UP_REASONS)[number];

/** What an attempt came to. */
export type Verdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'retry'; readonly at: Date }
  | { readonly kind: 'give_up'; readonly reason: GiveUpReason };

/** An attempt, as far as the schedule asks. */
export interface AttemptMade {
  /** From 1. */
  readonly attempt: number;
  /** When the first attempt was due. */
  readonly dueSince: Date;
  /** When this one was over. */
  readonly at: Date;
  /** 0 to 1, the same whenever it is asked for the same attempt. */
  readonly draw: number;
  readonly outcome: SendOutcome;
}

/**
 * What becomes of a message after an attempt: 2xx is delivered; 410 and refusals for good end it;
 * anything else, a redirection too, is tried again by {@link RETRY_DELAYS_MS}, not before
 * `Retry-After`.
 */
export function verdictOn(made: AttemptMade): Verdict {
  const { outcome } = made;
  if (outcome.kind === 'answered') {
    if (isSuccess(outcome.status)) return { kind: 'delivered' };
    const reason = refusalForGood(outcome.status);
    if (reason !== null) return { kind: 'give_up', reason };
  }
  if (outcome.kind === 'forbidden_address') return { kind: 'give_up', reason: outcome.kind };
  return retry(made);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function refusalForGood(status: number): GiveUpReason | null {
  if (status === 410) return 'gone';
  if (status < 400 || status >= 500 || REFUSED_FOR_NOW.includes(status)) return null;
  return 'rejected';
}

function retry({ attempt, dueSince, at, draw, outcome }: AttemptMade): Verdict {
  const delay = RETRY_DELAYS_MS[attempt - 1];
  if (delay === undefined) return { kind: 'give_up', reason: 'exhausted' };
  const drawn = Math.round(delay * (1 + JITTER_SHARE * (2 * draw - 1)));
  const asked = outcome.kind === 'answered' ? (outcome.retryAfterMs ?? 0) : 0;
  const next = new Date(at.getTime() + Math.max(drawn, asked));
  const isTooLate = next.getTime() - dueSince.getTime() > GIVE_UP_AFTER_MS;
  return isTooLate ? { kind: 'give_up', reason: 'exhausted' } : { kind: 'retry', at: next };
}
