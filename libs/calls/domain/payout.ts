import { type RevenueEstimate } from './call.events.js';
import { type Payout } from './destination.events.js';
export function estimateRevenue(payout: Payout, connectedSeconds: number): RevenueEstimate {
  return { amountMinor: connectedSeconds, currency: payout.currency, billable: true, rule: 'stub' };
}
