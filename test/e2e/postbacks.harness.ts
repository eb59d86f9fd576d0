import { expect } from '@jest/globals';
import { type CallEvent, callEvents } from '#events/calls';
import { connectEventStore, EventCatalog, type EventStore } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { MasterKey, DataKeys, PostgresDataKeyStore } from '#libs/privacy';
import { runReactors } from '#libs/reactors';
import { caughtUpTo, type Database, ShownPositions } from '#libs/read-db';
import {
  CreatePostbackTokenCommand,
  CreatePostbackTokenHandler,
  PostbackTokenRunner,
  type PostbackTokenWish,
  RevokePostbackTokenCommand,
  RevokePostbackTokenHandler,
} from '#libs/revenue';
import { callBridged, callEnded, transferRequested, until } from '#libs/testing';
import { randomUUID } from 'node:crypto';
import { matchingOn } from '../../apps/worker/matching-on.js';
import {
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  startWorker,
  workerDatabase,
} from './api.harness.js';

const tenantId = 'demo' as TenantId;
/** Where reports go. */
export const CALLS = '/v1/postbacks/calls';

/** An api, read models and matching at work, and ways to report and to look. */
export type Postbacks = Awaited<ReturnType<typeof startPostbacks>>;

export async function startPostbacks() {
  const servers = await startServers();
  const api = await startApi(servers);
  const worker = startWorker(servers, 200);
  const database = workerDatabase(servers);
  const store = connectEventStore(servers.eventStoreUrl);
  const parts = { servers, api, database, store };
  const matching = startMatching(parts);
  const key = await api.createKey('demo', { rateLimitPerMinute: 100_000 });
  const { text: token } = await createToken(api);
  const ask = { api, key, token };
  return {
    ...{ ...parts, key, token },
    createToken: (wish?: Partial<PostbackTokenWish>) => createToken(api, wish),
    revokeToken: (tokenId: string) => revokeToken(api, tokenId),
    transferred: (call: Call, to: { readonly destinationId?: string } = {}) =>
      transferred(parts, call, to),
    aTransferredCall: async () => {
      const call = aCall();
      await transferred(parts, call);
      return call;
    },
    send: (path: string, init?: RequestInit) => send(api, path, init),
    asked: (fields: Record<string, string>, by?: string) => asked(ask, fields, by),
    posted: (...report: ReportArguments) => posted(ask, ...report),
    json: (body: unknown, query?: string) =>
      posted(ask, JSON.stringify(body), 'application/json', query),
    detail: (id: string) => detail(ask, id),
    settled: (outcome: Outcome) => settled(ask, outcome),
    correct: (id: string, what: string, body: object) =>
      api.post(`/v1/postbacks/${id}/${what}`, { reason: 'found by hand', ...body }, { key }),
    named: async (aliases: readonly { readonly field: string; readonly name: string }[]) => {
      const body = JSON.stringify({ aliases });
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'PUT', body, headers, key };
      expect((await api.request('/v1/postback-aliases', init)).status).toBe(200);
    },
    bookedOn: (leadId: string) => bookedOn(store, leadId),
    close: async () => {
      await matching.stop();
      await Promise.all([store.close(), database.close()]);
      await api.close();
      await worker.stop();
      await servers.close();
    },
  };
}

interface Parts {
  readonly servers: Servers;
  readonly api: RunningApi;
  readonly database: Database;
  readonly store: EventStore;
}

interface Ask {
  readonly api: RunningApi;
  readonly key: string;
  readonly token: string;
}

type ReportArguments = [body: string | Buffer, type: string | null, query?: string | undefined];

/** The matching reactor, as the worker runs it. */
function startMatching({ servers, api, database, store }: Parts) {
  const masterKey = MasterKey.fromBase64(servers.masterKey);
  const keys = new DataKeys({ store: new PostgresDataKeyStore(database), masterKey });
  const shown = ShownPositions.of(database);
  const { secrets } = api.parts;
  const { matching, feedback } = matchingOn({ store, database, shown, keys, secrets });
  const reactors = [matching.reactor, feedback.reactor];
  const stop = new AbortController();
  const running = runReactors({
    ...{ store, database, reactors, signal: stop.signal },
    limits: { pollMs: 20 },
  });
  return {
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

const aCaller = () => ({
  actor: { kind: 'operator', id: 'spec' } as const,
  ...{ commandId: randomUUID(), causationId: randomUUID() },
});

function tokenRunner(api: RunningApi) {
  const { runner, tokens, clock } = api.parts.revenue;
  return new PostbackTokenRunner(runner, tokens, clock);
}

function createToken(api: RunningApi, wish: Partial<PostbackTokenWish> = {}) {
  const command = new CreatePostbackTokenCommand(tenantId, aCaller(), { label: 'Acme', ...wish });
  return new CreatePostbackTokenHandler(tokenRunner(api)).execute(command);
}

function revokeToken(api: RunningApi, tokenId: string) {
  const command = new RevokePostbackTokenCommand(tenantId, aCaller(), tokenId, 'leaked');
  return new RevokePostbackTokenHandler(tokenRunner(api)).execute(command);
}

const catalog = new EventCatalog(callEvents);

/** States facts of a call; answers the position of the last one. */
async function happened(
  store: EventStore,
  leadId: string,
  events: readonly CallEvent[],
): Promise<bigint> {
  const stream = `lead-${leadId}`;
  let revision: bigint | 'no_stream' = 'no_stream';
  for await (const recorded of store.readStream(stream)) ({ revision } = recorded);
  const stored = events.map((event) => {
    catalog.assertWritable(event);
    const metadata = {
      ...{ schemaVersion: 1, tenantId, actor: { kind: 'system', id: 'calls' } as const },
      ...{ occurredAt: new Date().toISOString(), commandId: randomUUID() },
      ...{ $correlationId: stream, $causationId: 'spec' },
    };
    return { id: randomUUID(), type: event.type, data: event.data, metadata };
  });
  return (await store.append(stream, revision, stored)).position;
}

/** A call to be handed over. */
export interface Call {
  readonly phone: string;
  readonly leadId: string;
  readonly transferId: string;
}

/** Nobody else’s. */
export const aCall = (): Call => ({
  ...{ phone: freshPhone(), leadId: randomUUID(), transferId: randomUUID() },
});

/** A transfer a minute ago that lasted 95 seconds, once read models show it. */
async function transferred(
  { api, database, store }: Parts,
  { phone, leadId, transferId }: Call,
  to: { readonly destinationId?: string } = {},
): Promise<void> {
  const ids = { leadId, transferId, callId: randomUUID() };
  const consumerHash = await api.parts.secrets.phoneHash(tenantId, `+1${phone}`);
  const at = (secondsAgo: number) => new Date(Date.now() - secondsAgo * 1_000).toISOString();
  const position = await happened(store, leadId, [
    transferRequested({ ...ids, ...to, consumerHash, requestedAt: at(120) }),
    callBridged({ ...ids, consumerHash, bridgedAt: at(110) }),
    callEnded({ ...ids, endedAt: at(15), connectedSeconds: 95 }),
  ]);
  await until('the transfer to be shown', () =>
    caughtUpTo(database, ['transfer_matching'], position, { timeoutMs: 10_000 }),
  );
}

/** What a report is answered. */
export interface Outcome {
  readonly outcome: string;
  readonly postback_id: string;
  readonly transfer_id?: string;
  readonly reason?: string;
  readonly warnings: readonly { readonly field: string | null; readonly code: string }[];
}

/** A report as the api shows it. */
export interface Detail {
  readonly status: string;
  readonly reason: string | null;
  readonly transfer_id: string | null;
  readonly match: { readonly rule: string } | null;
  readonly raw: Readonly<Record<string, unknown>>;
  readonly reading: Readonly<Record<string, unknown>>;
  readonly events: readonly { readonly type: string; readonly data: unknown }[];
}

async function send(api: RunningApi, path: string, init: RequestInit = {}) {
  const answer = await api.request(path, init);
  return { ...answer, body: answer.body as unknown as Outcome & typeof answer.body };
}

function asked({ api, token }: Ask, fields: Record<string, string>, by = token) {
  return send(api, `${CALLS}?${new URLSearchParams({ token: by, ...fields }).toString()}`);
}

function posted({ api, token }: Ask, ...[body, type, query]: ReportArguments) {
  const headers: Record<string, string> = type === null ? {} : { 'content-type': type };
  const path = `${CALLS}${query ?? `?token=${token}`}`;
  return send(api, path, { method: 'POST', body, headers });
}

async function detail({ api, key }: Ask, id: string): Promise<Detail> {
  return (await api.request(`/v1/postbacks/${id}`, { key })).body as unknown as Detail;
}

/** What has become of a report; on a busy machine it may be matched after it was answered. */
async function settled(ask: Ask, { outcome, reason, postback_id: id }: Outcome): Promise<Detail> {
  if (reason !== undefined) expect([outcome, reason]).toEqual(['unmatched', 'not_matched_yet']);
  return until('the report to be matched', async () => {
    const found = await detail(ask, id);
    return found.transfer_id !== null && found.status !== 'received' && found;
  });
}

/** What the entries of a lead come to. */
async function bookedOn(store: EventStore, leadId: string): Promise<number> {
  let sum = 0;
  for await (const { type, data } of store.readStream(`lead-${leadId}`)) {
    const { fromMinor = 0, toMinor = 0 } = data as { fromMinor?: number; toMinor?: number };
    if (type.startsWith('Revenue')) sum += toMinor - fromMinor;
  }
  return sum;
}
