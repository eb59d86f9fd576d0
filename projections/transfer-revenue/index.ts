export {
  reportRevenue,
  REVENUE_DIMENSIONS,
  type RevenueDimension,
  type RevenueLine,
  type RevenueReportRequest,
} from './revenue-report.queries.js';
export { type TransferRevenueFilter } from './transfer-filter.js';
export {
  type KnownWorth,
  type RevenueState,
  transferRevenueProjection,
  type TransferRevenueRow,
} from './transfer-revenue.projection.js';
export {
  type Age,
  type KnownTransfer,
  listTransferRevenue,
  transferRevenueOf,
  transfersRevenueOf,
  bridgedAtAge,
  unconfirmedByAge,
  type UnconfirmedTransfers,
} from './transfer-revenue.queries.js';
export { type KnownTransfers, type RevenueSense } from './transfers-as-known.js';
