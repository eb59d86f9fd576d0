import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DomainError, type FieldError } from '#libs/kernel';
import { owedBy } from './payout-terms.js';
import { readPayoutTerms } from './payout-terms-reader.js';
import { type PayoutTerms } from './postback-target.events.js';

const earned = { amountMinor: 4_255, currency: 'USD', billable: true };
const fixed: PayoutTerms = {
  ...{ model: 'fixed', amountMinor: 2_500, currency: 'EUR', billableSeconds: 90 },
};
const share = (basisPoints: number): PayoutTerms => ({
  ...{ model: 'share', basisPoints, billableSeconds: 90 },
});
const anAmount = fc.integer({ min: -100_000_000, max: 100_000_000 });

describe('what a target is paid for a call', () => {
  it('is nothing it is told without terms, whatever we earn', () => {
    fc.assert(
      fc.property(anAmount, fc.nat(), (amountMinor, seconds) => {
        const owed = owedBy(null, { ...earned, amountMinor }, seconds);
        expect(owed).toEqual({ amountMinor: null, currency: null, billable: true });
      }),
    );
  });

  it('is a fixed amount from the first second on that is long enough, whatever we earn', () => {
    const nothing = { ...earned, amountMinor: null, billable: false };
    expect(owedBy(fixed, nothing, 90)).toEqual({
      ...{ amountMinor: 2_500, currency: 'EUR', billable: true },
    });
    expect(owedBy(fixed, earned, 89)).toEqual({
      ...{ amountMinor: 0, currency: 'EUR', billable: false },
    });
  });

  it.each([
    [4_000, 4_255, 1_702],
    [5_000, 4_255, 2_128],
    [5_000, -4_255, -2_128],
    [10_000, 4_255, 4_255],
    [1, 40, 0],
    [1, -40, 0],
  ])('is %d hundredths of a percent of %d, to the cent: %d', (basisPoints, amountMinor, share_) => {
    const owed = owedBy(share(basisPoints), { ...earned, amountMinor }, 90);
    expect(owed).toMatchObject({ amountMinor: share_, currency: 'USD' });
  });

  it('is billable where something is taken back, for what is not is worth nothing', () => {
    const back = { ...earned, amountMinor: -3_500, billable: false };
    expect(owedBy(share(4_000), back, 90)).toMatchObject({ amountMinor: -1_400, billable: true });
    const none = { ...earned, amountMinor: 0, billable: false };
    expect(owedBy(share(4_000), none, 90)).toMatchObject({ amountMinor: 0, billable: false });
    expect(owedBy(share(4_000), earned, 89)).toMatchObject({ amountMinor: 0, billable: false });
  });

  it('is not known as long as it is not known what it is a share of', () => {
    const unknown = { ...earned, amountMinor: null, billable: false };
    expect(owedBy(share(4_000), unknown, 90)).toMatchObject({ amountMinor: null, currency: null });
  });

  it('is never more than what we earn, nor off by more than half a cent', () => {
    fc.assert(
      fc.property(anAmount, fc.integer({ min: 1, max: 10_000 }), (amountMinor, basisPoints) => {
        const owed = owedBy(share(basisPoints), { ...earned, amountMinor }, 90).amountMinor ?? 0;
        expect(Math.abs(owed)).toBeLessThanOrEqual(Math.abs(amountMinor));
        expect(Math.abs(owed * 10_000 - amountMinor * basisPoints)).toBeLessThanOrEqual(5_000);
      }),
    );
  });
});

describe('terms as they are asked for', () => {
  it('are read with their defaults', () => {
    expect(readPayoutTerms(null)).toBeNull();
    expect(readPayoutTerms({ model: 'fixed', amount_minor: 2_500 })).toEqual({
      ...{ model: 'fixed', amountMinor: 2_500, currency: 'USD', billableSeconds: 0 },
    });
    expect(readPayoutTerms({ model: 'share', percent: 72.55, billable_seconds: 30 })).toEqual({
      ...{ model: 'share', basisPoints: 7_255, billableSeconds: 30 },
    });
  });

  it.each<[object, string]>([
    [{}, 'payout.model required'],
    [{ model: 'fixed' }, 'payout.amount_minor required'],
    [{ model: 'fixed', amount_minor: 1, currency: 'XXQ' }, 'payout.currency not_allowed'],
    [{ model: 'fixed', amount_minor: 1, percent: 5 }, 'payout.percent unknown_field'],
    [{ model: 'share', percent: 0 }, 'payout.percent invalid'],
    [{ model: 'share', percent: 100.01 }, 'payout.percent invalid'],
    [{ model: 'share', percent: 33.333 }, 'payout.percent invalid'],
  ])('are refused where they make no sense: %j', (sent, fault) => {
    expect(faultsOf(sent)).toContain(fault);
  });
});

function faultsOf(sent: object): readonly string[] {
  try {
    readPayoutTerms(sent);
    return [];
  } catch (error) {
    const details = (error as DomainError).details as readonly FieldError[];
    return details.map(({ field, code }) => `${field} ${code}`);
  }
}
