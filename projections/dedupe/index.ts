export { ReadModelOrdinalHint } from './dedupe-ordinal-hint.js';
export { dedupeProjection, type DedupeRow } from './dedupe.projection.js';
export { latestOrdinal } from './dedupe.queries.js';
