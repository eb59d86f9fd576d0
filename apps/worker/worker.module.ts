import { connectEventStore, type EventStore, SharedLog } from '#libs/event-store';
import { niceness } from '#libs/priority';
import { type MasterKey } from '#libs/privacy';
import { connectDatabase, type Database } from '#libs/read-db';
import { type Settings } from '#libs/settings';
import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { type Logger } from 'pino';
import { AuditHost } from './audit-host.js';
import { Housekeeping } from './housekeeping.js';
import { ImportHost } from './import-host.js';
import { liveProjections } from './live-projections.js';
import { ProjectionHost } from './projection-host.js';
import { ReactorHost } from './reactor-host.js';
import { RebuildHost } from './rebuild-host.js';
import { SupervisorLink } from './supervisor-link.js';

const EVENT_STORE = Symbol('event store');
const DATABASE = Symbol('database');
const IMPORTS = Symbol('imports');
const LOGGER = Symbol('logger');
const REACTORS = Symbol('reactors');

/** Starts what the worker hosts, and ends it before the connections it uses. */
@Injectable()
export class WorkerLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #supervisor = new SupervisorLink();
  readonly #projections: ProjectionHost;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(DATABASE) private readonly database: Database,
    @Inject(IMPORTS) private readonly imports: ImportHost,
    @Inject(REACTORS) private readonly reactors: ReactorHost,
    private readonly audit: AuditHost,
    private readonly housekeeping: Housekeeping,
    private readonly rebuilds: RebuildHost,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#projections = new ProjectionHost({
      ...{ store, database, logger },
      supervisor: this.#supervisor,
    });
  }

  onApplicationBootstrap(): void {
    this.#projections.start();
    this.rebuilds.start();
    this.imports.start();
    this.reactors.start();
    this.audit.start();
    this.housekeeping.start();
  }

  async onApplicationShutdown(): Promise<void> {
    const { imports, reactors, audit, housekeeping, rebuilds } = this;
    const hosts = [this.#projections, imports, reactors, audit, housekeeping, rebuilds];
    await Promise.all(hosts.map((host) => host.stop()));
    this.#supervisor.close();
    await Promise.allSettled([this.store.close(), this.database.close()]);
  }
}

/** What the worker is put together from. */
export interface WorkerParts {
  readonly settings: Settings;
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  readonly masterKey: MasterKey;
}

/** The worker: no HTTP, only what follows the log or waits in the database. */
@Module({})
export class WorkerModule {
  static on(parts: WorkerParts, logger: Logger): DynamicModule {
    return {
      module: WorkerModule,
      providers: [
        WorkerLifecycle,
        { provide: LOGGER, useValue: logger },
        {
          provide: EVENT_STORE,
          // Read models and a dozen reactors follow the log.
          useFactory: () => new SharedLog(connectEventStore(parts.eventStoreUrl)),
        },
        {
          provide: IMPORTS,
          useFactory: (store: EventStore) => new ImportHost({ ...parts, store, logger }),
          inject: [EVENT_STORE],
        },
        {
          provide: REACTORS,
          useFactory: (store: EventStore) => new ReactorHost({ ...parts, store, logger }),
          inject: [EVENT_STORE],
        },
        { provide: AuditHost, useFactory: () => new AuditHost({ ...parts, logger }) },
        {
          provide: Housekeeping,
          useFactory: (database: Database) =>
            new Housekeeping({
              ...{ database, logger },
              requestLogRetentionDays: parts.settings.requestLogRetentionDays,
            }),
          inject: [DATABASE],
        },
        {
          provide: RebuildHost,
          useFactory: (database: Database) =>
            new RebuildHost({
              ...{ database, logger, projections: liveProjections },
              databaseUrl: parts.databaseUrl,
            }),
          inject: [DATABASE],
        },
        {
          provide: DATABASE,
          useFactory: () =>
            connectDatabase({
              url: parts.databaseUrl,
              role: 'worker',
              max: 4,
              applicationName: 'leadledger-worker',
              niceness: niceness.readModels,
            }),
        },
      ],
    };
  }
}
