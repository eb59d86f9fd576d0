import { type EventCatalog, type EventStore } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type AliasAdditions, aliasMapDecider } from '../domain/alias-map.decider.js';
import { type AliasEvent } from '../domain/postback-settings.events.js';
import { FollowedStreams, type NotedState } from './followed-streams.js';
import { ALIAS_MAP_PREFIX, aliasMapStream } from './settings-streams.js';

const NONE: AliasAdditions = { version: 0, aliases: [] };

/** What the directory follows, and whom it tells. */
export interface AliasDirectoryOptions {
  readonly store: EventStore;
  readonly catalog: EventCatalog;
  /** Told when the live log is lost; the directory goes on by itself. */
  readonly onProblem?: (error: unknown) => void;
}

/**
 * Every tenant’s additions to the alias map, from memory. While the log is lost, the last known.
 */
export class AliasDirectory {
  readonly #streams: FollowedStreams<AliasAdditions, AliasEvent>;
  readonly #additions = new Map<TenantId, AliasAdditions>();

  constructor(options: AliasDirectoryOptions) {
    this.#streams = new FollowedStreams({
      ...{ ...options, prefix: ALIAS_MAP_PREFIX, decider: aliasMapDecider },
      onChange: ({ tenantId, after }) => {
        this.#additions.set(tenantId, after);
      },
    });
  }

  /** Begins to follow the log. */
  start(): void {
    this.#streams.start();
  }

  /** Stops following and waits for it. */
  stop(): Promise<void> {
    return this.#streams.stop();
  }

  /** Resolves when all additions are in memory for the first time. */
  caughtUp(): Promise<void> {
    return this.#streams.caughtUp();
  }

  /**
   * A tenant’s additions, and their version; none, of version 0, unless it made some. Throws
   * `event_store_unavailable` before all are in memory.
   */
  of(tenantId: TenantId): AliasAdditions {
    this.#streams.assertComplete();
    return this.#additions.get(tenantId) ?? NONE;
  }

  /** Notes what this process has just changed, ahead of the log. */
  note(tenantId: TenantId, result: NotedState<AliasAdditions>): void {
    this.#streams.note(aliasMapStream(tenantId), tenantId, result);
  }
}
