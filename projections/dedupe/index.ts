export { dedupeProjection, type DedupeRow } from './dedupe.projection.js';
export { latestOrdinal } from './dedupe.queries.js';
