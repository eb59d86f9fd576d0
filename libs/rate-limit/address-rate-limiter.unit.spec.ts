import { describe, expect, it } from '@jest/globals';
import { AddressRateLimiter } from './address-rate-limiter.js';

const MINUTE = Date.parse('2026-07-05T12:00:00Z');

function limiterOf(limit: number, addressesMax = 100) {
  return new AddressRateLimiter({ limit, addressesMax, now: () => MINUTE + 500 });
}

describe('requests without a key', () => {
  it('are counted per address', () => {
    const limiter = limiterOf(2);
    expect(limiter.admit('192.0.2.1')).toMatchObject({ admitted: true, remaining: 1 });
    expect(limiter.admit('192.0.2.1')).toMatchObject({ admitted: true, remaining: 0 });
    expect(limiter.admit('192.0.2.1')).toMatchObject({ admitted: false, retryAfterSeconds: 60 });
    expect(limiter.admit('192.0.2.2')).toMatchObject({ admitted: true, remaining: 1 });
  });

  it('are not counted by looking', () => {
    const limiter = limiterOf(2);
    limiter.peek('192.0.2.1');
    expect(limiter.peek('192.0.2.1')).toMatchObject({ admitted: true, remaining: 2 });
  });

  it('are counted together for the addresses of one IPv6 network', () => {
    const limiter = limiterOf(1);
    limiter.admit('2001:db8:1:2::1');
    expect(limiter.admit('2001:db8:1:2:ffff:0:0:9').admitted).toBe(false);
    expect(limiter.admit('2001:db8:1:3::1').admitted).toBe(true);
  });

  it('take a bounded memory: addresses beyond it share one count', () => {
    const limiter = limiterOf(2, 3);
    for (const last of [1, 2, 3]) limiter.admit(`192.0.2.${last}`);
    limiter.admit('198.51.100.1');
    limiter.admit('198.51.100.2');
    expect(limiter.admit('198.51.100.3').admitted).toBe(false);
    expect(limiter.admit('192.0.2.1').admitted).toBe(true);
  });
});
