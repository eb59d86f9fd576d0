export { type HitStake, stakesOf, type StakeScope } from './calls-at-stake.js';
export { transferIfAwaited } from './awaited-transfers.queries.js';
export { freeTransfersMax, freeTransfersShown } from './free-transfers.queries.js';
export {
  HIT_DIMENSIONS,
  type HitDimension,
  type HitLine,
  type HitReportRequest,
  reportHits,
} from './hit-report.queries.js';
export { type PostbackStatus } from './hit-history.js';
export { postbackInboxProjection, type PostbackInboxRow } from './postback-inbox.projection.js';
export { type OutdatedHit, outdatedHits, type VersionsOfNow } from './outdated-hits.queries.js';
export {
  countedSince,
  listPostbacks,
  placeOfPostback,
  type PostbackFilter,
  postbackOf,
  unmatchedSince,
  vendorCallIdsOf,
  type WaitingFilter,
  waitingForTransfer,
} from './postback-inbox.queries.js';
export { ReadModelPostbackLookup } from './read-model-postback-lookup.js';
export { unmatchedRevenue, type UnmatchedRevenue } from './unmatched-revenue.queries.js';
export { transfersOfVendorCalls, othersOfSameCall } from './vendor-calls.queries.js';
