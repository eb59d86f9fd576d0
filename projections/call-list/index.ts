export { callListProjection, type CallListRow, type HungUpBy } from './call-list.projection.js';
export { type CallListFilter, findCall, listCalls } from './call-list.queries.js';
export {
  type Abandonment,
  ABANDONED_AFTER_MS,
  abandonmentOf,
  type CallingFigures,
  type CallingReportRequest,
  reportCalling,
} from './calling-report.queries.js';
