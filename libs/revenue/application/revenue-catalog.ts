import { callEvents } from '#events/calls';
import { leadEvents } from '#events/leads';
import { aliasEvents, postbackTokenEvents } from '../domain/postback-settings.events.js';
import { postbackEvents } from '../domain/postback.events.js';
import { revenueEvents } from '../domain/revenue.events.js';

/**
 * Everything on the streams that revenue reads and writes. A catalog of its own: to others on
 * `lead-<id>` streams its entries are events they do not know, and pass over.
 */
export const revenueStreamEvents = [
  ...leadEvents,
  ...callEvents,
  ...revenueEvents,
  ...postbackEvents,
  ...postbackTokenEvents,
  ...aliasEvents,
] as const;
