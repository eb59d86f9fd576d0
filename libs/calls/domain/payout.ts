import { type RevenueEstimate } from './call.events.js';
import { type Payout } from './destination.events.js';

/**
 * What a call is worth by the payout configuration of its destination, before the buyer has
 * reported (TR-7). `connectedSeconds` count from the bridge on, after whisper and accepting.
 *
 * With tiers, the highest one that was reached pays alone: tiers do not add up. A call below
 * `billableSeconds`, or below the first tier, is worth nothing. Amounts are integers of minor
 * units, taken over as they are: nothing is rounded.
 */
export function estimateRevenue(payout: Payout, connectedSeconds: number): RevenueEstimate {
  const { currency } = payout;
  if (connectedSeconds < payout.billableSeconds) return worthless(currency, 'below_billable');
  if (payout.model === 'fixed') {
    return { amountMinor: payout.amountMinor, currency, billable: true, rule: 'fixed' };
  }
  const reached = payout.tiers.filter(({ fromSeconds }) => fromSeconds <= connectedSeconds);
  const [first, ...others] = reached;
  if (first === undefined) return worthless(currency, 'below_first_tier');
  const { amountMinor, fromSeconds } = others.reduce(
    (highest, tier) => (tier.fromSeconds > highest.fromSeconds ? tier : highest),
    first,
  );
  return { amountMinor, currency, billable: true, rule: `tier_from_${fromSeconds}_seconds` };
}

function worthless(currency: string, rule: string): RevenueEstimate {
  return { amountMinor: 0, currency, billable: false, rule };
}
