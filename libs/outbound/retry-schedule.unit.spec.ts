import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type AttemptMade,
  GIVE_UP_AFTER_MS,
  JITTER_SHARE,
  RETRY_DELAYS_MS,
  verdictOn,
} from './retry-schedule.js';
import { readRetryAfter, type SendOutcome } from './send-outcome.js';

const noon = new Date('2026-03-01T12:00:00.000Z');
const answered = (status: number, retryAfterMs: number | null = null): SendOutcome => ({
  ...{ kind: 'answered', status, retryAfterMs, body: '', tookMs: 5 },
});
const first = (outcome: SendOutcome): AttemptMade => ({
  ...{ attempt: 1, dueSince: noon, at: noon, draw: 0.5, outcome },
});
const inMs = (ms: number) => new Date(noon.getTime() + ms);

/** Attempts until it is over, with how long after the first was due each was made. */
function attemptsOf(outcome: SendOutcome, draws: readonly number[]) {
  const madeAfterMs: number[] = [];
  for (let attempt = 1, at = noon; ; attempt += 1) {
    madeAfterMs.push(at.getTime() - noon.getTime());
    const draw = draws[attempt - 1] ?? 0.5;
    const verdict = verdictOn({ attempt, dueSince: noon, at, draw, outcome });
    if (verdict.kind !== 'retry') return { madeAfterMs, verdict };
    ({ at } = verdict);
  }
}

describe('after an attempt a message', () => {
  it.each([200, 201, 202, 204, 299])('is delivered by %i', (status) => {
    expect(verdictOn(first(answered(status)))).toEqual({ kind: 'delivered' });
  });

  it('is given up when the receiver is gone', () => {
    expect(verdictOn(first(answered(410)))).toEqual({ kind: 'give_up', reason: 'gone' });
  });

  it.each([400, 405, 409, 413, 422])('is given up when it is refused for good: %i', (status) => {
    expect(verdictOn(first(answered(status)))).toEqual({ kind: 'give_up', reason: 'rejected' });
  });

  it('is given up where nothing may be sent', () => {
    const outcome = { kind: 'forbidden_address', tookMs: 1 } as const;
    expect(verdictOn(first(outcome))).toEqual({ kind: 'give_up', reason: 'forbidden_address' });
  });

  it.each([
    ...[301, 302, 307, 401, 403, 404, 408, 425, 429, 500, 502, 503, 599].map((status) =>
      answered(status),
    ),
    ...([
      { kind: 'timeout', tookMs: 10_000 },
      { kind: 'unreachable', tookMs: 3 },
    ] as const),
  ])('is tried again five seconds later after %j', (outcome) => {
    expect(verdictOn(first(outcome))).toEqual({ kind: 'retry', at: inMs(5_000) });
  });

  it('is left alone for as long as the receiver asks, but not tried sooner than planned', () => {
    expect(verdictOn(first(answered(429, 60_000)))).toEqual({ kind: 'retry', at: inMs(60_000) });
    expect(verdictOn(first(answered(503, 1_000)))).toEqual({ kind: 'retry', at: inMs(5_000) });
  });

  it('is given up when the receiver asks for more than a day or so', () => {
    const asked = { ...first(answered(503, 86_400_000)), at: inMs(3 * 3_600_000) };
    expect(verdictOn(asked)).toEqual({ kind: 'give_up', reason: 'exhausted' });
  });

  it('is tried eight times within about a day, each time later, then given up', () => {
    const draws = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      ...{ minLength: 8, maxLength: 8 },
    });
    fc.assert(
      fc.property(draws, (drawn) => {
        const { madeAfterMs, verdict } = attemptsOf(answered(500), drawn);
        expect(verdict).toEqual({ kind: 'give_up', reason: 'exhausted' });
        expect(madeAfterMs).toHaveLength(RETRY_DELAYS_MS.length + 1);
        const last = madeAfterMs.at(-1) ?? 0;
        expect(last).toBeGreaterThan(20 * 3_600_000);
        expect(last).toBeLessThanOrEqual(GIVE_UP_AFTER_MS);
        RETRY_DELAYS_MS.forEach((delay, index) => {
          const waited = (madeAfterMs[index + 1] ?? 0) - (madeAfterMs[index] ?? 0);
          expect(Math.abs(waited - delay)).toBeLessThanOrEqual(delay * JITTER_SHARE + 1);
        });
      }),
    );
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Sun, 01 Mar 2026 12:01:00 GMT', 60_000],
    ['Sun, 01 Mar 2026 11:00:00 GMT', 0],
    ['99999999', 86_400_000],
    ['soon', null],
    [undefined, null],
  ])('%s is understood as %s ms', (header, ms) => {
    expect(readRetryAfter(header, noon)).toBe(ms);
  });
});
