export {
  reportRevenue,
  REVENUE_DIMENSIONS,
  type RevenueDimension,
  type RevenueLine,
  type RevenueReportRequest,
} from './revenue-report.queries.js';
export {
  type CountedReport,
  type RevenueState,
  transferRevenueProjection,
  type TransferRevenueRow,
} from './transfer-revenue.projection.js';
export {
  type Age,
  listTransferRevenue,
  type TransferRevenueFilter,
  transferRevenueOf,
  unconfirmedByAge,
  type UnconfirmedTransfers,
} from './transfer-revenue.queries.js';
