import { type CommandRunner, type StoredEvent } from '#libs/event-store';
import { fold, type TenantId } from '#libs/kernel';
import { type KnownDestinationState } from '../domain/destination.js';
import { destinationDecider } from '../domain/destination.decider.js';
import { destinationNotFound } from '../domain/destination.errors.js';
import { type DestinationEvent, type DestinationSettings } from '../domain/destination.events.js';
import { destinationStream, isDestinationId } from './destination-streams.js';

/** Reads destinations straight from the log: always current, and with their whole history. */
export class DestinationReader {
  constructor(private readonly runner: CommandRunner) {}

  /**
   * Everything that happened to a destination, oldest first; the n-th event made version n. Rejects
   * with `destination_not_found` for an id nobody has or another tenant does.
   */
  async history(
    tenantId: TenantId,
    destinationId: string,
  ): Promise<StoredEvent<DestinationEvent>[]> {
    const id = destinationId.toLowerCase();
    if (!isDestinationId(id)) throw destinationNotFound();
    const events = await this.runner.history<DestinationEvent>(destinationStream(id));
    const foreign = events.some(({ metadata }) => metadata.tenantId !== tenantId);
    if (events.length === 0 || foreign) throw destinationNotFound();
    return events;
  }

  /** How a destination was configured in a version. Rejects as {@link history} does. */
  async settingsOf(
    tenantId: TenantId,
    destinationId: string,
    version: number,
  ): Promise<DestinationSettings> {
    const history = await this.history(tenantId, destinationId);
    const state = fold(destinationDecider, history.slice(0, version));
    if (state.status === 'absent') throw destinationNotFound();
    return state.settings;
  }

  /** A destination as it stands, retired ones included. Rejects as {@link history} does. */
  async find(tenantId: TenantId, destinationId: string): Promise<KnownDestinationState> {
    const state = fold(destinationDecider, await this.history(tenantId, destinationId));
    if (state.status === 'absent') throw destinationNotFound();
    return state;
  }
}
