export { suppressionProjection, type SuppressionRow } from './suppression.projection.js';
export { listSuppressions, type SuppressionPageRequest } from './suppression.queries.js';
