import { accountEvents } from '#libs/accounts';
import { callerIdEvents, dialingEvents } from '#libs/calls';
import { CommandRunner, connectEventStore, EventCatalog, type EventStore } from '#libs/event-store';
import { shiftSystemClock } from '#libs/kernel';
import { dncRulesEvents, leadStreamEvents, suppressionEvents } from '#libs/leads';
import {
  DataKeys,
  MasterKey,
  PostgresDataKeyStore,
  PostgresTenantSecretStore,
  TenantSecrets,
} from '#libs/privacy';
import { connectDatabase, type Database } from '#libs/read-db';
import { processSettings } from '#libs/settings';
import { findServers, type ServerAddresses } from './find-servers.js';

/** What commands work with. */
export interface StackConnection {
  readonly eventStore: EventStore;
  readonly runner: CommandRunner;
  /** As the owner: commands are given by whoever runs the installation. */
  readonly database: Database;
  readonly keys: DataKeys;
  readonly secrets: TenantSecrets;
}

/**
 * Runs `work` on the stack that the settings lead to, by its clock, and closes every connection
 * after it.
 */
export async function withStack<Result>(
  work: (stack: StackConnection) => Promise<Result>,
): Promise<Result> {
  const { clockOffsetMinutes, ...servers } = await findServers(processSettings());
  shiftSystemClock(clockOffsetMinutes * 60_000);
  return withServers(servers, work);
}

/** Runs `work` on given servers, and closes every connection after it. */
export async function withServers<Result>(
  { eventStoreUrl, databaseUrl, masterKey: base64 }: ServerAddresses,
  work: (stack: StackConnection) => Promise<Result>,
): Promise<Result> {
  const masterKey = MasterKey.fromBase64(base64);
  const eventStore = connectEventStore(eventStoreUrl);
  const database = connectDatabase({
    url: databaseUrl,
    role: 'owner',
    max: 2,
    applicationName: 'leadledger-cli',
    statementTimeoutMs: 30_000,
  });
  try {
    return await work({
      eventStore,
      runner: new CommandRunner(eventStore, everyEvent()),
      database,
      keys: new DataKeys({ store: new PostgresDataKeyStore(database), masterKey }),
      secrets: new TenantSecrets({ store: new PostgresTenantSecretStore(database), masterKey }),
    });
  } finally {
    await Promise.allSettled([eventStore.close(), database.close()]);
  }
}

function everyEvent(): EventCatalog {
  return new EventCatalog([
    ...accountEvents,
    ...leadStreamEvents,
    ...suppressionEvents,
    ...dncRulesEvents,
    ...dialingEvents,
    ...callerIdEvents,
  ]);
}
