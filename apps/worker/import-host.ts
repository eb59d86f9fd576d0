import { type EventStore } from '#libs/event-store';
import {
  BackgroundImports,
  connectDncProvider,
  type ImportNotice,
  StandaloneIntake,
} from '#libs/leads';
import {
  DataKeys,
  type MasterKey,
  PostgresDataKeyStore,
  PostgresTenantSecretStore,
  TenantSecrets,
} from '#libs/privacy';
import { connectDatabase, type Database } from '#libs/read-db';
import { type Settings } from '#libs/settings';
import { ReadModelOrdinalHint } from '#projections/dedupe';
import { type Logger } from 'pino';

/** What the host of imports works with. */
export interface ImportHostParts {
  readonly settings: Settings;
  readonly databaseUrl: string;
  readonly masterKey: MasterKey;
  readonly store: EventStore;
  readonly logger: Logger;
}

/** Works on the files that were posted for import, on connections of its own. */
export class ImportHost {
  readonly #logger: Logger;
  readonly #database: Database;
  readonly #intake: StandaloneIntake;
  readonly #imports: BackgroundImports;

  constructor({ settings, databaseUrl, masterKey, store, logger }: ImportHostParts) {
    this.#logger = logger;
    // One holds a chunk's transaction; the others are for keys and hints meanwhile.
    this.#database = connectDatabase({
      url: databaseUrl,
      role: 'worker',
      max: 4,
      applicationName: 'leadledger-imports',
    });
    const keys = new DataKeys({ store: new PostgresDataKeyStore(this.#database), masterKey });
    this.#intake = new StandaloneIntake({
      ...{ store, keys, dnc: dncProvider(settings) },
      secrets: new TenantSecrets({
        store: new PostgresTenantSecretStore(this.#database),
        masterKey,
      }),
      hint: new ReadModelOrdinalHint(this.#database),
    });
    this.#imports = new BackgroundImports({
      ...{ keys, database: this.#database, receive: this.#intake.receive },
      report: (notice) => {
        this.#report(notice);
      },
    });
  }

  start(): void {
    this.#intake.start();
    this.#imports.start();
  }

  /** Finishes the rows under way. */
  async stop(): Promise<void> {
    await this.#imports.stop();
    await this.#intake.stop();
    await this.#database.close();
  }

  #report(notice: ImportNotice): void {
    switch (notice.kind) {
      case 'finished':
        this.#logger.info(
          { tenantId: notice.tenantId, importId: notice.importId },
          'an import is finished',
        );
        break;
      case 'given_up':
        this.#logger.error(
          { tenantId: notice.tenantId, importId: notice.importId, code: notice.code },
          'an import was given up; posting the same file again begins it anew',
        );
        break;
      case 'interrupted':
        this.#logger.warn(
          { err: notice.error, retryInMs: notice.retryInMs },
          'imports are interrupted; trying again',
        );
        break;
    }
  }
}

function dncProvider({
  dncProviderUrl: url,
  dncProviderKey,
  dncTimeoutMs,
  dncOnFailure,
}: Settings) {
  const key = dncProviderKey?.reveal() ?? null;
  return connectDncProvider({ url, key, timeoutMs: dncTimeoutMs, onFailure: dncOnFailure });
}
