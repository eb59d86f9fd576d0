export { suppressionProjection, type SuppressionRow } from './suppression.projection.js';
export { listSuppressions } from './suppression.queries.js';
