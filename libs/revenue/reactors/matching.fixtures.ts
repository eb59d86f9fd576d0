import { type CallEvent, callEvents } from '#events/calls';
import { connectEventStore, EventCatalog, followLog } from '#libs/event-store';
import { Heart, HEARTBEAT_PREFIX, heartbeatEvents } from '#libs/heartbeat';
import { type Clock, type TenantId } from '#libs/kernel';
import {
  DataKeys,
  MasterKey,
  MemoryDataKeyStore,
  MemoryTenantSecretStore,
  TenantSecrets,
} from '#libs/privacy';
import { runReactors, type ReactorsNotice } from '#libs/reactors';
import { connectDatabase, type Database, type Projection, runProjections } from '#libs/read-db';
import { randomBytes, randomUUID } from 'node:crypto';
import { AliasDirectory } from '../application/alias-directory.js';
import { ChangeAliasesHandler } from '../application/alias.handlers.js';
import { type Caller } from '../application/caller.js';
import {
  IgnorePostbackHandler,
  LinkPostbackHandler,
  UnlinkPostbackHandler,
} from '../application/correct-postback.handlers.js';
import { HitReader } from '../application/hit-reader.js';
import { type PostbackLookup, type ShownSoFar, type TransferLookup } from '../application/ports.js';
import { PostbackLedger } from '../application/postback-ledger.js';
import { PostbackMatcher } from '../application/postback-matcher.js';
import { PostbackReader } from '../application/postback-reader.js';
import { LEAD_PREFIX, leadStream, POSTBACK_PREFIX } from '../application/postback-streams.js';
import {
  ChangePostbackTokenHandler,
  CreatePostbackTokenHandler,
} from '../application/postback-token.handlers.js';
import { PostbackTokenRunner } from '../application/postback-token-runner.js';
import { PromptMatching } from '../application/prompt-matching.js';
import { ReceivePostbackHandler } from '../application/receive-postback.handler.js';
import { RevenueClock } from '../application/revenue-clock.js';
import { revenueStreamEvents } from '../application/revenue-catalog.js';
import { RevenueRunner } from '../application/revenue-runner.js';
import { TokenDirectory } from '../application/token-directory.js';
import { TransferFinder } from '../application/transfer-finder.js';
import { Matching } from './matching.reactor.js';

/** Where all processes of an installation meet. */
export interface Meeting {
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly stores: ReturnType<typeof keyStores>;
  readonly lookups: (database: Database) => {
    readonly transfers: TransferLookup;
    readonly postbacks: PostbackLookup;
    readonly shown: ShownSoFar;
  };
}

/** Keys that all processes share. */
export function keyStores() {
  return {
    keys: new MemoryDataKeyStore(),
    secrets: new MemoryTenantSecretStore(),
    masterKey: MasterKey.fromBase64(randomBytes(32).toString('base64')),
  };
}

/** One process’s side of matching, on connections of its own. */
export function revenueParts(on: Meeting) {
  const { eventStoreUrl, databaseUrl, clock, stores } = on;
  const store = connectEventStore(eventStoreUrl);
  const database = connectDatabase({ url: databaseUrl, role: 'worker', applicationName: 'spec' });
  const { masterKey } = stores;
  const keys = new DataKeys({ store: stores.keys, masterKey });
  const secrets = new TenantSecrets({ store: stores.secrets, masterKey });
  const catalog = new EventCatalog(revenueStreamEvents);
  const runner = new RevenueRunner(store, catalog);
  const reader = new HitReader(secrets);
  const { transfers, postbacks, shown } = on.lookups(database);
  const finder = new TransferFinder(runner, transfers, postbacks, clock);
  const ledger = new PostbackLedger(runner, clock);
  const records = new PostbackReader(runner, keys, reader);
  const matcher = new PostbackMatcher({ finder, ledger, reader: records, clock });
  return {
    ...{ store, database, catalog, runner, keys, secrets, transfers, postbacks, shown },
    ...{ reader, finder, ledger, records, matcher },
    close: () => Promise.all([store.close(), database.close()]),
  };
}

/** An api’s side: takes reports in and carries out what people wish. */
export async function startDesk(on: Meeting) {
  const parts = revenueParts(on);
  const { store, catalog, runner, keys, reader, records, finder, ledger } = parts;
  const clock = new RevenueClock(on.clock);
  const tokens = new TokenDirectory({ store, catalog, clock });
  const aliases = new AliasDirectory({ store, catalog });
  const tokenRunner = new PostbackTokenRunner(runner, tokens, clock);
  tokens.start();
  aliases.start();
  await Promise.all([tokens.caughtUp(), aliases.caughtUp()]);
  return {
    ...{ ...parts, tokens, aliases },
    prompt: new PromptMatching(parts.matcher, parts.shown),
    receive: new ReceivePostbackHandler(runner, keys, reader, aliases),
    createToken: new CreatePostbackTokenHandler(tokenRunner),
    changeToken: new ChangePostbackTokenHandler(tokenRunner),
    changeAliases: new ChangeAliasesHandler(runner, aliases, clock),
    link: new LinkPostbackHandler(records, finder, parts.matcher, ledger, clock),
    unlink: new UnlinkPostbackHandler(records, ledger, clock),
    ignore: new IgnorePostbackHandler(records, ledger, clock),
    stop: async () => {
      await Promise.all([tokens.stop(), aliases.stop()]);
      await parts.close();
    },
  };
}

/** So few that most have to wait until they are of age, which is soon. */
const FEW_AT_ONCE = { perSecond: 5, untilMs: 250 };

/** A worker’s side: the reactor, until it is stopped. */
export function startMatching(on: Meeting) {
  const parts = revenueParts(on);
  const { store, database } = parts;
  const { reactor } = new Matching({ ...parts, clock: on.clock, pace: FEW_AT_ONCE });
  const stop = new AbortController();
  const notices: ReactorsNotice[] = [];
  const running = runReactors({
    ...{ store, database, reactors: [reactor], clock: on.clock, signal: stop.signal },
    report: (notice) => notices.push(notice),
    limits: { pollMs: 10, saveMs: 10 },
  });
  return {
    notices,
    stop: async () => {
      stop.abort();
      await running;
      await parts.close();
    },
    /** Finishes nothing; for one that nothing reaches any more. */
    abandon: async () => {
      stop.abort();
      await parts.close();
      await running;
    },
  };
}

/** Between signs of life, by which read models know of what passes them by. */
const HEARTBEAT_MS = 150;

/** Keeps read models up to date, as the worker does. */
export function startReadModels(on: Meeting, projections: readonly Projection[]) {
  const store = connectEventStore(on.eventStoreUrl);
  const { databaseUrl: url } = on;
  const database = connectDatabase({ url, role: 'worker', applicationName: 'spec' });
  const catalog = new EventCatalog([...revenueStreamEvents, ...heartbeatEvents]);
  const stop = new AbortController();
  const heart = new Heart({ store, everyMs: HEARTBEAT_MS });
  const streamPrefixes = [LEAD_PREFIX, POSTBACK_PREFIX, HEARTBEAT_PREFIX];
  const running = runProjections({
    ...{ database, projections, signal: stop.signal },
    report: (notice) => {
      if (notice.kind === 'started') heart.start(notice.epoch);
    },
    log: (after, signal) => followLog({ store, catalog, after, signal, streamPrefixes }),
  });
  return {
    stop: async () => {
      stop.abort();
      await Promise.all([running, heart.stop()]);
      await Promise.all([store.close(), database.close()]);
    },
  };
}

/** Somebody who sends one command. */
export const aCaller = (): Caller => ({
  actor: { kind: 'operator', id: 'spec' },
  commandId: randomUUID(),
  causationId: randomUUID(),
});

const callCatalog = new EventCatalog(callEvents);

/** States facts of a call on the stream of its lead, as calling would. */
export async function happened(
  { store }: Pick<ReturnType<typeof revenueParts>, 'store'>,
  tenantId: TenantId,
  event: CallEvent & { readonly data: { readonly leadId: string } },
): Promise<void> {
  callCatalog.assertWritable(event);
  const stream = leadStream(event.data.leadId);
  const metadata = {
    ...{ schemaVersion: 1, tenantId, actor: { kind: 'system', id: 'calls' } as const },
    ...{ occurredAt: '2026-01-06T16:00:00.000Z', commandId: randomUUID() },
    ...{ $correlationId: stream, $causationId: 'spec' },
  };
  for (;;) {
    let revision: bigint | 'no_stream' = 'no_stream';
    for await (const recorded of store.readStream(stream)) ({ revision } = recorded);
    const appended = { id: randomUUID(), type: event.type, data: event.data, metadata };
    try {
      await store.append(stream, revision, [appended]);
      return;
    } catch (error) {
      if ((error as Error).name !== 'WrongExpectedRevision') throw error;
    }
  }
}
