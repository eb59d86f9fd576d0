export { applyEvents, logOf } from './apply-events.js';
export { type FreshDatabase, freshDatabase, testPostgresUrl } from './fresh-database.js';
export { history, type StoredAs, storedEvent } from './stored-event.js';
export { until } from './until.js';
