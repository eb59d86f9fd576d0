import { type EventStore } from '#libs/event-store';
import { connectDncProvider, Eligibility, OptOut } from '#libs/leads';
import {
  DataKeys,
  type MasterKey,
  PostgresDataKeyStore,
  PostgresTenantSecretStore,
  TenantSecrets,
} from '#libs/privacy';
import { type ReactorsNotice, runReactors } from '#libs/reactors';
import { connectDatabase, type Database, ShownPositions } from '#libs/read-db';
import { type Settings } from '#libs/settings';
import { ReadModelLeadRoll } from '#projections/lead-list';
import { once } from 'node:events';
import { type Logger } from 'pino';
import { CallingHost } from './calling-host.js';
import { matchingOn, type MatchingParts } from './matching-on.js';
import { PostbacksHost } from './postbacks-host.js';

/** What the host of reactors works with. */
export interface ReactorHostParts {
  readonly settings: Settings;
  readonly databaseUrl: string;
  readonly masterKey: MasterKey;
  readonly store: EventStore;
  readonly logger: Logger;
}

/** Runs the reactors, on connections of its own. A new reactor is a line in the constructor. */
export class ReactorHost {
  readonly #parts: ReactorHostParts;
  readonly #database: Database;
  readonly #eligibility: Eligibility;
  readonly #optOut: OptOut;
  readonly #calling: CallingHost;
  readonly #matching: MatchingParts;
  readonly #postbacks: PostbacksHost;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: ReactorHostParts) {
    this.#parts = parts;
    // One holds the lease and writes checkpoints; the others are for keys, the roll of leads and
    // the queue, whom a dial must not wait behind.
    this.#database = connectDatabase({
      url: parts.databaseUrl,
      role: 'worker',
      max: 8,
      applicationName: 'leadledger-reactors',
    });
    const { settings, store, masterKey, logger } = parts;
    const keys = new DataKeys({ store: new PostgresDataKeyStore(this.#database), masterKey });
    const secretStore = new PostgresTenantSecretStore(this.#database);
    const secrets = new TenantSecrets({ store: secretStore, masterKey });
    this.#optOut = new OptOut({ store, keys, secrets });
    this.#eligibility = new Eligibility({
      ...{ store, keys },
      dnc: dncProvider(settings),
      roll: new ReadModelLeadRoll(this.#database),
    });
    const shown = ShownPositions.of(this.#database);
    this.#matching = matchingOn({
      ...{ store, keys, secrets, database: this.#database, shown },
      onProblem: (error) => {
        logger.warn(
          { err: error },
          'a postback could not be matched again; the next try is in an hour',
        );
      },
    });
    this.#postbacks = new PostbacksHost({ settings, store, keys });
    const { lookups } = this.#eligibility;
    this.#calling = new CallingHost({
      ...{ settings, store, database: this.#database, shown, keys, lookups, logger },
    });
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Finishes the events under way. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all([this.#eligibility.stop(), this.#calling.stop(), this.#postbacks.stop()]);
    await this.#database.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    const starting = Promise.all([this.#eligibility.start(), this.#calling.start()]);
    await Promise.race([starting, once(signal, 'abort')]);
    await runReactors({
      store: this.#parts.store,
      database: this.#database,
      reactors: [
        this.#eligibility.reactor,
        this.#optOut.reactor,
        this.#matching.matching.reactor,
        this.#matching.feedback.reactor,
        this.#postbacks.reactor,
        ...this.#calling.reactors,
      ],
      alongside: [
        (ended) => this.#calling.dial(ended),
        (ended) => this.#matching.outdated.run(ended),
      ],
      signal,
      report: (notice) => {
        this.#report(notice);
      },
    });
  }

  #report(notice: ReactorsNotice): void {
    const { logger } = this.#parts;
    switch (notice.kind) {
      case 'standing_by':
        logger.info('another worker runs the reactors; standing by');
        break;
      case 'started':
        logger.info({ reactor: notice.reactor, after: String(notice.after) }, 'a reactor runs');
        break;
      case 'parked':
        logger.error(
          { reactor: notice.reactor, reason: notice.failure, retryInMs: notice.retryInMs },
          'an event could not be acted upon; it is tried again, and its stream waits',
        );
        break;
      case 'standing_still':
        logger.fatal(
          { reactor: notice.reactor, parked: notice.parked },
          'a reactor looks at nothing new, for too many events failed; remove the cause',
        );
        break;
      case 'disconnected':
        logger.warn({ reactor: notice.reactor, err: notice.error }, 'a reactor lost the log');
        break;
      case 'interrupted':
        logger.warn({ err: notice.error, retryInMs: notice.retryInMs }, 'reactors interrupted');
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
