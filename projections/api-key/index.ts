export { apiKeyProjection, type ApiKeyRow } from './api-key.projection.js';
export { listApiKeys } from './api-key.queries.js';
