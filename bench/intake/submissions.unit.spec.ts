import { describe, expect, it } from '@jest/globals';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { Submissions } from './submissions.js';

const now = new Date('2026-01-02T03:04:05Z');

function take(count: number, seed = 1, duplicateShare = 0.05) {
  const submissions = new Submissions(seed, duplicateShare, now);
  return Array.from({ length: count }, () => submissions.next());
}

function phoneOf({ body }: { body: string }): string {
  return (JSON.parse(body) as { phone: string }).phone;
}

describe('a sequence of submissions', () => {
  it('is the same for the same seed and another for another', () => {
    expect(take(100)).toEqual(take(100));
    expect(take(100, 2).map(phoneOf)).not.toEqual(take(100).map(phoneOf));
  });

  it('has only valid US phones', () => {
    for (const phone of take(2_000).map(phoneOf)) {
      const parsed = parsePhoneNumberFromString(phone, 'US');
      expect([phone, parsed?.isValid(), parsed?.country]).toEqual([phone, true, 'US']);
    }
  });

  it('repeats a phone exactly where it says so', () => {
    const seen = new Set<string>();
    for (const submission of take(50_000)) {
      const phone = phoneOf(submission);
      expect(seen.has(phone)).toBe(submission.duplicate);
      seen.add(phone);
    }
  });

  it('repeats about as many as it was asked to', () => {
    const duplicates = take(20_000).filter(({ duplicate }) => duplicate).length;
    expect(duplicates / 20_000).toBeCloseTo(0.05, 2);
    expect(take(1_000, 1, 0).some(({ duplicate }) => duplicate)).toBe(false);
  });

  it('never repeats an Idempotency-Key', () => {
    expect(new Set(take(10_000).map(({ idempotencyKey }) => idempotencyKey)).size).toBe(10_000);
  });
});
