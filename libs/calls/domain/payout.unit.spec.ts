import { describe, expect, it } from '@jest/globals';
import { type Payout } from './destination.events.js';
import { estimateRevenue } from './payout.js';

const fixed: Payout = {
  ...{ model: 'fixed', currency: 'USD', billableSeconds: 90, amountMinor: 2_500, tiers: [] },
};
const tiered: Payout = {
  ...{ model: 'duration_tiers', currency: 'CAD', billableSeconds: 60, amountMinor: 0 },
  tiers: [
    { fromSeconds: 60, amountMinor: 1_000 },
    { fromSeconds: 120, amountMinor: 3_000 },
    { fromSeconds: 300, amountMinor: 4_500 },
  ],
};

describe('what a call is worth', () => {
  it.each([
    [89, 0, false, 'below_billable'],
    [90, 2_500, true, 'fixed'],
    [4_000, 2_500, true, 'fixed'],
  ])('fixed, after %i seconds', (seconds, amountMinor, billable, rule) => {
    const worth = { amountMinor, currency: 'USD', billable, rule };
    expect(estimateRevenue(fixed, seconds)).toEqual(worth);
  });

  it.each([
    [0, 0, false, 'below_billable'],
    [59, 0, false, 'below_billable'],
    [60, 1_000, true, 'tier_from_60_seconds'],
    [119, 1_000, true, 'tier_from_60_seconds'],
    [120, 3_000, true, 'tier_from_120_seconds'],
    [299, 3_000, true, 'tier_from_120_seconds'],
    [300, 4_500, true, 'tier_from_300_seconds'],
  ])('in tiers, after %i seconds', (seconds, amountMinor, billable, rule) => {
    const worth = { amountMinor, currency: 'CAD', billable, rule };
    expect(estimateRevenue(tiered, seconds)).toEqual(worth);
  });

  it('is nothing below the first tier, even where every second is billable', () => {
    expect(estimateRevenue({ ...tiered, billableSeconds: 0 }, 59)).toMatchObject({
      ...{ amountMinor: 0, billable: false, rule: 'below_first_tier' },
    });
  });

  it('is the highest tier reached, in whatever order they are written', () => {
    const payout = { ...tiered, tiers: tiered.tiers.toReversed() };
    expect(estimateRevenue(payout, 200).amountMinor).toBe(3_000);
  });
});
