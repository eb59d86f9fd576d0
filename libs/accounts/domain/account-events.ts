import { apiKeyEvents } from './api-key.events.js';
import { tenantEvents } from './tenant.events.js';

/** Every event of this context, for the catalog and the reference. */
export const accountEvents = [...tenantEvents, ...apiKeyEvents] as const;
