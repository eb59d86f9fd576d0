import { CommandRunner, EventCatalog, type EventStore } from '#libs/event-store';
import { revenueStreamEvents } from './revenue-catalog.js';

/**
 * Runs the commands of this context with a catalog of its own; a class, so that it can be injected
 * beside the runners of others.
 */
export class RevenueRunner extends CommandRunner {
  constructor(store: EventStore, catalog = new EventCatalog(revenueStreamEvents)) {
    super(store, catalog);
  }
}
