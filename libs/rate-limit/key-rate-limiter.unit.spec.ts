import { type ApiKeyId, type TenantId } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type AllowanceLedger, type LeaseRequest } from './allowance-ledger.js';
import { KeyRateLimiter, type LimitedKey } from './key-rate-limiter.js';

const MINUTE = Date.parse('2026-07-05T12:00:00Z');

function keyWith(ratePerMinute: number): LimitedKey {
  return { tenantId: 'demo' as TenantId, apiKeyId: 'key000000001' as ApiKeyId, ratePerMinute };
}

class MemoryLedger implements AllowanceLedger {
  readonly #taken = new Map<number, number>();
  down = false;
  leases = 0;

  // eslint-disable-next-line @typescript-eslint/require-await
  async lease({ windowStart, amount }: LeaseRequest): Promise<number> {
    this.leases += 1;
    if (this.down) throw new Error('The ledger is down.');
    const total = (this.#taken.get(windowStart) ?? 0) + amount;
    this.#taken.set(windowStart, total);
    return total;
  }
}

describe('the allowance of a key', () => {
  it('is admitted exactly, and counted down, by one process', async () => {
    const limiter = new KeyRateLimiter({ ledger: new MemoryLedger(), now: () => MINUTE });
    const remaining: number[] = [];
    for (let n = 0; n < 120; n += 1) {
      const answer = await limiter.admit(keyWith(120));
      expect(answer.admitted).toBe(true);
      remaining.push(answer.remaining);
    }
    expect(remaining).toEqual(Array.from({ length: 120 }, (_, n) => 119 - n));
    expect(await limiter.admit(keyWith(120))).toEqual({
      admitted: false,
      limit: 120,
      remaining: 0,
      resetAt: MINUTE / 1000 + 60,
      retryAfterSeconds: 60,
    });
  });

  it('is never exceeded by any number of processes, however their leases interleave', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(4), { maxLength: 400 }),
        fc.scheduler(),
        async (limit, processes, requests, scheduler) => {
          const ledger = new MemoryLedger();
          const scheduled = {
            lease: scheduler.scheduleFunction((request: LeaseRequest) => ledger.lease(request)),
          };
          const limiters = Array.from(
            { length: processes },
            () => new KeyRateLimiter({ ledger: scheduled, now: () => MINUTE }),
          );
          const answers = requests.map(async (n) => limiters[n % processes]!.admit(keyWith(limit)));
          const settled = Promise.all(answers);
          await scheduler.waitFor(settled);
          const admitted = (await settled).filter((answer) => answer.admitted).length;
          expect(admitted).toBeLessThanOrEqual(limit);
          if (processes === 1) expect(admitted).toBe(Math.min(limit, requests.length));
        },
      ),
    );
  });

  it('asks the ledger once per block, not once per request', async () => {
    const ledger = new MemoryLedger();
    const limiter = new KeyRateLimiter({ ledger, now: () => MINUTE });
    for (let n = 0; n < 1_200; n += 1) await limiter.admit(keyWith(1_200));
    expect(ledger.leases).toBe(12);
  });

  it('begins anew with the next minute', async () => {
    let now = MINUTE + 59_999;
    const limiter = new KeyRateLimiter({ ledger: new MemoryLedger(), now: () => now });
    await limiter.admit(keyWith(1));
    const refused = await limiter.admit(keyWith(1));
    expect(refused).toMatchObject({ admitted: false, retryAfterSeconds: 1 });
    now += 1;
    expect(await limiter.admit(keyWith(1))).toMatchObject({ admitted: true, remaining: 0 });
  });

  it('is counted by the process alone while the ledger is down', async () => {
    const ledger = new MemoryLedger();
    const failures: unknown[] = [];
    const limiter = new KeyRateLimiter({
      ledger,
      now: () => MINUTE,
      onLedgerFailure: (error) => failures.push(error),
    });
    ledger.down = true;
    const answers = [];
    for (let n = 0; n < 130; n += 1) answers.push(await limiter.admit(keyWith(120)));
    expect(answers.filter((answer) => answer.admitted)).toHaveLength(120);
    expect(failures).toHaveLength(1);
  });

  it('is made known to the ledger once it is back', async () => {
    const ledger = new MemoryLedger();
    let now = MINUTE;
    const limiters = [1, 2].map(() => new KeyRateLimiter({ ledger, now: () => now }));
    ledger.down = true;
    for (let n = 0; n < 60; n += 1) await limiters[0]!.admit(keyWith(120));
    ledger.down = false;
    now += 2_000;
    const later = [];
    for (let n = 0; n < 120; n += 1) {
      later.push(await limiters[0]!.admit(keyWith(120)), await limiters[1]!.admit(keyWith(120)));
    }
    expect(later.filter((answer) => answer.admitted).length).toBeLessThanOrEqual(60);
  });
});
