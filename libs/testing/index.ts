export { type FreshDatabase, freshDatabase, testPostgresUrl } from './fresh-database.js';
export { until } from './until.js';
