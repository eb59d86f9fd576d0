export { callListProjection, type CallListRow, type HungUpBy } from './call-list.projection.js';
export { type CallListFilter, findCall, listCalls } from './call-list.queries.js';
