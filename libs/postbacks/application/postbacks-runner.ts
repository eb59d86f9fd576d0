import { callEvents } from '#events/calls';
import { leadEvents } from '#events/leads';
import { revenueEvents } from '#events/revenue';
import { CommandRunner, EventCatalog, type EventStore } from '#libs/event-store';
import { postbackDeliveryEvents } from '../domain/postback-delivery.events.js';
import { postbackTargetEvents } from '../domain/postback-target.events.js';

/** Everything on the streams that this context reads and writes. */
export const postbacksStreamEvents = [
  ...leadEvents,
  ...callEvents,
  ...revenueEvents,
  ...postbackTargetEvents,
  ...postbackDeliveryEvents,
] as const;

/**
 * Runs the commands of this context with a catalog of its own; a class, so that it can be injected
 * beside the runners of others.
 */
export class PostbacksRunner extends CommandRunner {
  constructor(store: EventStore, catalog = new EventCatalog(postbacksStreamEvents)) {
    super(store, catalog);
  }
}
