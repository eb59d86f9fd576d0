import { hash } from 'node:crypto';

const BITS = 48;

/**
 * The draw among destinations of equal priority, from 0 (inclusive) to 1 (exclusive).
 *
 * The same for ever for the same call and attempt, so that a decision that is made again is the
 * same one; spread evenly over calls, so that weights become shares.
 */
export function drawOf(callId: string, attempt: number): number {
  const digest = hash('sha256', `${callId}/${attempt}`, 'hex');
  return Number.parseInt(digest.slice(0, BITS / 4), 16) / 2 ** BITS;
}
