import { connectEventStore, type EventStore } from '#libs/event-store';
import { connectDatabase, type Database } from '#libs/read-db';
import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { type Logger } from 'pino';
import { ProjectionHost } from './projection-host.js';
import { SupervisorLink } from './supervisor-link.js';

const EVENT_STORE = Symbol('event store');
const DATABASE = Symbol('database');
const LOGGER = Symbol('logger');

/** Starts what the worker hosts, and ends it before the connections it uses. */
@Injectable()
export class WorkerLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #supervisor = new SupervisorLink();
  readonly #projections: ProjectionHost;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DATABASE) private readonly database: Database,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#projections = new ProjectionHost({
      ...{ store, database, logger },
      supervisor: this.#supervisor,
    });
  }

  onApplicationBootstrap(): void {
    this.#projections.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#projections.stop();
    this.#supervisor.close();
    await Promise.allSettled([this.store.close(), this.database.close()]);
  }
}

/** Where the worker finds its servers. */
export interface WorkerServers {
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
}

/** The worker: no HTTP, only what follows the log. */
@Module({})
export class WorkerModule {
  static on(servers: WorkerServers, logger: Logger): DynamicModule {
    return {
      module: WorkerModule,
      providers: [
        WorkerLifecycle,
        { provide: LOGGER, useValue: logger },
        { provide: EVENT_STORE, useFactory: () => connectEventStore(servers.eventStoreUrl) },
        {
          provide: DATABASE,
          useFactory: () =>
            connectDatabase({
              url: servers.databaseUrl,
              role: 'worker',
              max: 4,
              applicationName: 'leadledger-worker',
            }),
        },
      ],
    };
  }
}
