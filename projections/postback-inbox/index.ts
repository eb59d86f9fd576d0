export {
  postbackInboxProjection,
  type PostbackInboxRow,
  type PostbackStatus,
} from './postback-inbox.projection.js';
export {
  listPostbacks,
  placeOfPostback,
  type PostbackFilter,
  postbackOf,
  settledByVendorCallId,
  unmatchedSince,
  type WaitingFilter,
  waitingForTransfer,
  waitingOfVendorCall,
} from './postback-inbox.queries.js';
export { ReadModelPostbackLookup } from './read-model-postback-lookup.js';
export { unmatchedRevenue, type UnmatchedRevenue } from './unmatched-revenue.queries.js';
