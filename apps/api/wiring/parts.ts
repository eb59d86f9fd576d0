import { accountEvents, ApiKeyUsage, KeyDirectory, PostgresApiKeyUsageStore } from '#libs/accounts';
import {
  CallsClock,
  destinationEvents,
  DestinationReader,
  callerIdEvents,
  dialingEvents,
  scriptEvents,
  ScriptLibrary,
} from '#libs/calls';
import { CommandRunner, connectEventStore, EventCatalog, type EventStore } from '#libs/event-store';
import { DomainError } from '#libs/kernel';
import {
  connectDncProvider,
  type DncProvider,
  EligibilityLookups,
  ImportReader,
  ImportUploads,
  leadStreamEvents,
  LeadReader,
  OccurrenceClock,
  suppressionEvents,
  dncRulesEvents,
  SuppressionList,
} from '#libs/leads';
import { IdempotencyLedger } from '#libs/idempotency';
import {
  DataKeys,
  ensureMasterKeyFile,
  MasterKey,
  PostgresDataKeyStore,
  PostgresTenantSecretStore,
  TenantSecrets,
} from '#libs/privacy';
import { AddressRateLimiter, KeyRateLimiter, PostgresAllowanceLedger } from '#libs/rate-limit';
import { connectDatabase, type Database } from '#libs/read-db';
import { RepeatedRequests, RequestLog } from '#libs/request-log';
import { type Secret, type Settings } from '#libs/settings';
import { join } from 'node:path';
import { type Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { ReadModelOrdinalHint } from '#projections/dedupe';
import { callingParts } from './calling-parts.js';
import { postbackParts } from './postback-parts.js';
import { reportParts, reportSettingsEvents } from './report-parts.js';
import { revenueParts } from './revenue-parts.js';

/** Requests per minute and address that come without a key. */
const ADDRESS_LIMIT = 600;
/** Addresses counted one by one; about 10 MB. */
const ADDRESSES_MAX = 100_000;

/** Everything the api is made of, connected. */
export type ApiParts = Awaited<ReturnType<typeof connectParts>>;

/** Connects to the servers the settings name and begins to follow the log. */
export async function connectParts(settings: Settings, logger: Logger) {
  const store = connectEventStore(required(settings.eventStoreUrl, 'EVENTSTORE_URL'));
  const database = connectDatabase({
    url: required(settings.databaseUrl, 'DATABASE_URL'),
    role: 'api',
    applicationName: 'leadledger-api',
  });
  const masterKey = await masterKeyOf(settings);
  const keys = new DataKeys({ store: new PostgresDataKeyStore(database), masterKey });
  const secrets = new TenantSecrets({ store: new PostgresTenantSecretStore(database), masterKey });
  const writing = writeSide(settings, store, database);
  const calling = callingParts(settings, writing.runner, keys);
  const reports = reportParts(settings);
  const access = accessParts(store, writing.catalog, database, logger);
  const operations = operationsParts(database, keys, logger);
  const revenue = revenueParts({ store, database, keys, secrets, logger, ...access });
  const postbacks = postbackParts(settings, store, keys);
  access.directory.start();
  revenue.start();
  access.usage.start();
  writing.suppressions.start();
  return {
    ...{ settings, logger, store, database, keys, secrets, ...writing, ...access, ...operations },
    ...{ ...calling, reports, revenue, postbacks },
    close: async () => {
      await Promise.allSettled([
        operations.idempotency.close(),
        operations.requestLog.flush(),
        access.usage.stop(),
        access.directory.stop(),
        revenue.stop(),
        postbacks.sender.close(),
        writing.suppressions.stop(),
      ]);
      await Promise.allSettled([store.close(), database.close()]);
    },
  };
}

function writeSide(settings: Settings, store: EventStore, database: Database) {
  const catalog = new EventCatalog([
    ...leadStreamEvents,
    ...suppressionEvents,
    ...dncRulesEvents,
    ...dialingEvents,
    ...callerIdEvents,
    ...destinationEvents,
    ...scriptEvents,
    ...accountEvents,
    ...reportSettingsEvents,
  ]);
  const runner = new CommandRunner(store, catalog);
  const suppressions = new SuppressionList(store, catalog, runner);
  const dnc = dncProvider(settings);
  return {
    ...{ catalog, runner, suppressions, dnc },
    lookups: new EligibilityLookups(suppressions, dnc, runner),
    reader: new LeadReader(runner),
    clock: new OccurrenceClock(),
    hint: new ReadModelOrdinalHint(database),
    destinations: new DestinationReader(runner),
    scripts: new ScriptLibrary(runner),
    callsClock: new CallsClock(),
  };
}

function accessParts(store: EventStore, catalog: EventCatalog, database: Database, logger: Logger) {
  const warn = (message: string) => (error: unknown) => {
    logger.warn({ err: error }, message);
  };
  return {
    directory: new KeyDirectory({
      ...{ store, catalog },
      onProblem: warn('the event store is out of reach; keys are looked up one by one'),
    }),
    usage: new ApiKeyUsage(new PostgresApiKeyUsageStore(database), {
      onProblem: warn('when keys were last used could not be noted'),
    }),
    keyLimiter: new KeyRateLimiter({
      ledger: new PostgresAllowanceLedger(database),
      onLedgerFailure: warn('allowances are counted in this process alone'),
    }),
    addressLimiter: new AddressRateLimiter({ limit: ADDRESS_LIMIT, addressesMax: ADDRESSES_MAX }),
  };
}

function operationsParts(database: Database, keys: DataKeys, logger: Logger) {
  return {
    idempotency: new IdempotencyLedger(database),
    uploads: new ImportUploads(database, keys),
    imports: new ImportReader(database, keys),
    repeated: new RepeatedRequests(),
    registry: processMetrics(),
    requestLog: new RequestLog({
      ...{ database, keys },
      onFailure: (error, dropped) => {
        logger.warn({ err: error, dropped }, 'the request log could not be written; trying again');
      },
      onRefusal: (error, dropped) => {
        logger.warn(
          { err: error, dropped },
          'the database refuses a request to log; it is dropped',
        );
      },
    }),
  };
}

/** Metrics of this process: memory, processor time, event loop, garbage collection. */
function processMetrics(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

function dncProvider(settings: Settings): DncProvider {
  const { dncProviderUrl: url, dncProviderKey, dncTimeoutMs, dncOnFailure } = settings;
  const key = dncProviderKey?.reveal() ?? null;
  return connectDncProvider({ url, key, timeoutMs: dncTimeoutMs, onFailure: dncOnFailure });
}

async function masterKeyOf({ masterKey, dataDir }: Settings): Promise<MasterKey> {
  return MasterKey.fromBase64(
    masterKey?.reveal() ?? (await ensureMasterKeyFile(join(dataDir, 'master.key'))),
  );
}

function required(setting: Secret | null, name: string): string {
  if (setting !== null) return setting.reveal();
  throw new DomainError(
    'validation',
    'servers_missing',
    `${name} is not set. Set EVENTSTORE_URL, DATABASE_URL and MASTER_KEY, or let npm start run the whole stack.`,
  );
}
