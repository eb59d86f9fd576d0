import { type EventStore } from '#libs/event-store';
import { Heart } from '#libs/heartbeat';
import { type Database, type EngineNotice, runProjections } from '#libs/read-db';
import { type Logger } from 'pino';
import { liveProjections } from './live-projections.js';
import { projectionLog } from './projection-log.js';
import { rereadEvents } from './reread-events.js';
import { type SupervisorLink } from './supervisor-link.js';

export interface ProjectionHostParts {
  readonly store: EventStore;
  readonly database: Database;
  readonly logger: Logger;
  readonly supervisor: Pick<SupervisorLink, 'ready' | 'close'>;
}

/** Keeps all live read models up to date, from one subscription to the log. */
export class ProjectionHost {
  readonly #parts: ProjectionHostParts;
  readonly #stop = new AbortController();
  readonly #unknownTypes = new Set<string>();
  readonly #heart: Heart;
  #running: Promise<void> | null = null;

  constructor(parts: ProjectionHostParts) {
    this.#parts = parts;
    this.#heart = new Heart({
      store: parts.store,
      onMissed: (error) => {
        parts.logger.warn({ err: error }, 'a heartbeat could not be written; lag looks longer');
      },
    });
  }

  start(): void {
    const { store, database, logger } = this.#parts;
    this.#running ??= runProjections({
      database,
      projections: liveProjections,
      signal: this.#stop.signal,
      log: (after, signal) =>
        projectionLog({
          ...{ store, after, signal },
          onDisconnected: (error) => {
            logger.warn({ err: error }, 'the event store is out of reach; trying again');
          },
          onUnknown: (type) => {
            this.#noteUnknown(type);
          },
        }),
      reread: (places) => rereadEvents(store, places),
      report: (notice) => {
        this.#report(notice);
      },
    });
  }

  /** Finishes the batch under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#running, this.#heart.stop()]);
  }

  #report(notice: EngineNotice): void {
    const { logger, supervisor } = this.#parts;
    switch (notice.kind) {
      case 'standing_by':
        void this.#heart.stop();
        logger.info('another worker keeps the read models; standing by');
        supervisor.ready();
        break;
      case 'started':
        this.#heart.start(notice.epoch);
        logger.info({ after: text(notice.after), epoch: text(notice.epoch) }, 'projections run');
        supervisor.ready();
        break;
      case 'applied':
        logger.debug({ events: notice.events, position: text(notice.position) }, 'applied');
        break;
      case 'parked':
        logger.error(
          { projection: notice.name, events: notice.events, reason: notice.reason },
          'events wait outside a read model; see its dead letters',
        );
        break;
      case 'projection_stopped':
        logger.fatal(
          { projection: notice.name, reason: notice.reason },
          'a read model stands still; remove the cause and restart the worker',
        );
        break;
      case 'interrupted':
        void this.#heart.stop();
        logger.warn({ err: notice.error, retryInMs: notice.retryInMs }, 'projections interrupted');
        break;
    }
  }

  /** Once per type: a newer version may be writing thousands of them. */
  #noteUnknown(type: string): void {
    if (this.#unknownTypes.has(type)) return;
    this.#unknownTypes.add(type);
    this.#parts.logger.warn({ type }, 'events of a type this version does not know are skipped');
  }
}

function text(value: bigint | null): string | null {
  return value === null ? null : String(value);
}
