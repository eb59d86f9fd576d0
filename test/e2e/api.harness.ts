import {
  AccountsClock,
  ApiKeyIssuer,
  type ApiKeyWish,
  CreateApiKeyCommand,
  CreateApiKeyHandler,
  CreateTenantCommand,
  CreateTenantHandler,
} from '#libs/accounts';
import { connectEventStore } from '#libs/event-store';
import { Heart } from '#libs/heartbeat';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, runProjections } from '#libs/read-db';
import { readSettings } from '#libs/settings';
import { freshDatabase, onceAvailable, until } from '#libs/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { type Api, createApi } from '../../apps/api/create-api.js';
import { startEventStore } from '../../apps/eventstore/server.js';
import { liveProjections } from '../../apps/worker/live-projections.js';
import { projectionLog } from '../../apps/worker/projection-log.js';

/** The two servers an api needs, of one test file's own. */
export interface Servers {
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  readonly masterKey: string;
  close(): Promise<void>;
}

export async function startServers(): Promise<Servers> {
  const dataDir = await mkdtemp(join(tmpdir(), 'leadledger-api-'));
  const eventStore = await startEventStore({ dataDir });
  const database = await freshDatabase({ readModels: liveProjections });
  return {
    eventStoreUrl: eventStore.url,
    databaseUrl: database.url,
    masterKey: randomBytes(32).toString('base64'),
    close: async () => {
      await eventStore.close();
      await database.drop();
      await rm(dataDir, { recursive: true });
    },
  };
}

/** An api that listens, and ways to ask it. */
export interface RunningApi extends Api {
  readonly url: string;
  /** What it has logged so far, as it would be on stdout. */
  readonly logged: () => string;
  /** Asks again while read models are behind, as it is told to then: the machine may be busy. */
  request(path: string, init?: RequestInit & { key?: string }): Promise<Answer>;
  requestOnce(path: string, init?: RequestInit & { key?: string }): Promise<Answer>;
  post(path: string, body: unknown, options?: PostOptions): Promise<Answer>;
  /** A key of the tenant, which is made if it is not there. */
  createKey(tenant: string, wish?: Partial<ApiKeyWish>, mode?: 'live' | 'sandbox'): Promise<string>;
}

export interface PostOptions {
  readonly key?: string;
  readonly headers?: Record<string, string>;
}

/** Whatever bodies hold. A field that is missing is `undefined`, and no expectation takes that. */
export interface AnswerBody {
  readonly lead_id: string;
  readonly id: string;
  readonly outcome: string;
  readonly status: string;
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly details: readonly { readonly field: string; readonly code: string }[] & {
      readonly request_id?: string;
      readonly offset?: number;
    };
  };
  readonly leads: readonly AnswerBody[];
  readonly next_cursor: string | null;
  readonly as_of: { readonly position: string; readonly timestamp: string | null };
  readonly events: readonly { readonly type: string; readonly data: unknown }[];
  readonly suppressions: readonly unknown[];
  readonly read_models: readonly {
    readonly name: string;
    readonly state: string;
    readonly lag_seconds: number | null;
  }[];
}

/** A response, read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: AnswerBody;
}

export async function startApi(
  servers: Omit<Servers, 'close'>,
  environment: Record<string, string> = {},
): Promise<RunningApi> {
  const settings = readSettings({
    environment: {
      PORT: '0',
      EVENTSTORE_URL: servers.eventStoreUrl,
      DATABASE_URL: servers.databaseUrl,
      MASTER_KEY: servers.masterKey,
      ...environment,
    },
    readFile: () => '',
  });
  const lines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
  const api = await createApi(settings, logger);
  await api.app.listen(0, '127.0.0.1');
  const url = await api.app.getUrl();
  return {
    ...{ ...api, url, logged: () => lines.join('') },
    request: (path, init) => askUntilShown(url + path, init),
    requestOnce: (path, init) => ask(url + path, init),
    post: (path, body, options) => ask(url + path, postInit(body, options)),
    createKey: (tenant, wish, mode) =>
      onceAvailable(() => createKey(api, tenant as TenantId, wish, mode)),
  };
}

function askUntilShown(url: string, init?: RequestInit & { key?: string }): Promise<Answer> {
  return until(`${url} to show what is asked for`, async () => {
    const answer = await ask(url, init);
    const isBehind = answer.status === 503 && answer.text.includes('"read_model_behind"');
    return !isBehind && answer;
  });
}

async function ask(url: string, init: RequestInit & { key?: string } = {}): Promise<Answer> {
  const { key, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (key !== undefined) headers.set('authorization', `Bearer ${key}`);
  const response = await fetch(url, { ...rest, headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parsed(text) };
}

function parsed(text: string): AnswerBody {
  try {
    return JSON.parse(text) as AnswerBody;
  } catch {
    return {} as AnswerBody;
  }
}

function postInit(body: unknown, { key, headers }: PostOptions = {}) {
  return {
    method: 'POST',
    ...(key === undefined ? {} : { key }),
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

async function createKey(
  { parts }: Api,
  tenantId: TenantId,
  wish: Partial<ApiKeyWish> = {},
  mode: 'live' | 'sandbox' = 'sandbox',
): Promise<string> {
  const { runner, secrets } = parts;
  const clock = new AccountsClock();
  const caller = () => ({
    actor: { kind: 'operator', id: 'test' } as const,
    commandId: randomUUID(),
    causationId: 'test',
  });
  const tenants = new CreateTenantHandler(runner, secrets, clock);
  await tenants.execute(new CreateTenantCommand(tenantId, tenantId, mode, caller()));
  const keys = new CreateApiKeyHandler(runner, new ApiKeyIssuer(runner), clock);
  const full: ApiKeyWish = { name: 'test key', scopes: ['read', 'write'], ...wish };
  const { text } = await keys.execute(new CreateApiKeyCommand(tenantId, full, caller()));
  return text;
}

/** Keeps the read models, as the worker does, until it is stopped. */
export function startWorker(
  servers: Omit<Servers, 'close'>,
  heartbeatEveryMs = 5_000,
): { stop(): Promise<void> } {
  const store = connectEventStore(servers.eventStoreUrl);
  const database = workerDatabase(servers);
  const stopping = new AbortController();
  const ignore = () => undefined;
  const heart = new Heart({ store, everyMs: heartbeatEveryMs });
  const running = runProjections({
    database,
    report: (notice) => {
      if (notice.kind === 'started') heart.start(notice.epoch);
    },
    projections: liveProjections,
    signal: stopping.signal,
    log: (after, signal) =>
      projectionLog({ store, after, signal, onDisconnected: ignore, onUnknown: ignore }),
  });
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all([running, heart.stop()]);
      await Promise.all([store.close(), database.close()]);
    },
  };
}

/** A connection that sees every tenant's rows. */
export function workerDatabase({ databaseUrl: url }: Pick<Servers, 'databaseUrl'>): Database {
  return connectDatabase({ url, role: 'worker', applicationName: 'test' });
}

/** The request printed in the quickstart. */
export const firstLead = {
  source: 'my-webform',
  first_name: 'Jane',
  phone: '5551234567',
  state: 'TX',
  consent: {
    consent_timestamp: '2026-07-05T12:00:00Z',
    consent_text_version: 'webform-v2',
    source_url: 'https://example.com/quote',
  },
};

let numbers = 0;

/** A phone nobody had before in this run, in an assigned range. */
export function freshPhone(): string {
  numbers += 1;
  return `512${String(2_000_000 + numbers)}`;
}
