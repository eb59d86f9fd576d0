import { connectEventStore, type EventStore } from '#libs/event-store';
import { type Clock, type TenantId } from '#libs/kernel';
import { DataKeys, MasterKey, MemoryDataKeyStore, MemoryTenantSecretStore } from '#libs/privacy';
import { runReactors, type ReactorsNotice } from '#libs/reactors';
import { connectDatabase, type Database } from '#libs/read-db';
import {
  type FreshDatabase,
  freshDatabase,
  isPassed,
  startTestEventStore,
  type TestEventStore,
} from '#libs/testing';
import { afterAll, beforeAll } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { type KeyStores, startInstance } from '../application/intake.fixtures.js';
import { DncProvider, LeadRoll, type RolledLead } from '../application/ports.js';
import { type DncAnswer } from '../domain/lead.events.js';
import { Eligibility } from './eligibility.reactor.js';

/** A do-not-call provider that answers as a test says, and counts. */
export class ToldDnc extends DncProvider {
  questions = 0;
  outcomeFor: (e164: string) => DncAnswer['outcome'] = () => 'not_checked';
  /** What happens elsewhere while it thinks. */
  meanwhile: () => Promise<unknown> = () => Promise.resolve();

  constructor(private readonly clock: Clock) {
    super();
  }

  override async check(e164: string): Promise<DncAnswer> {
    this.questions += 1;
    await this.meanwhile();
    const outcome = this.outcomeFor(e164);
    const answered = outcome === 'clear' || outcome === 'listed';
    return {
      outcome,
      lists: outcome === 'listed' ? ['national'] : [],
      checkedAt: answered ? this.clock.now().toISOString() : null,
      listVersion: null,
    };
  }
}

/** A read side that shows whatever a test has put on it, two leads a page. */
export class ToldRoll extends LeadRoll {
  readonly leads: RolledLead[] = [];
  isBehind = false;

  override page(_: string, { cursor }: Parameters<LeadRoll['page']>[1]) {
    if (this.isBehind) return Promise.resolve(null);
    const from = Number(cursor ?? 0);
    const leads = this.leads.slice(from, from + 2);
    const next = from + 2 < this.leads.length ? String(from + 2) : null;
    return Promise.resolve({ leads, next });
  }
}

/** Where all processes of an installation meet. */
export interface Installation {
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  readonly stores: KeyStores;
  readonly api: ReturnType<typeof startInstance>;
  readonly clock: { now(): Date; set(next: string): void };
  readonly dnc: ToldDnc;
}

/** An api at work, with everything the reactor shares with it. */
export function anInstallation(eventStoreUrl: string, databaseUrl: string): Installation {
  const stores = {
    keys: new MemoryDataKeyStore(),
    secrets: new MemoryTenantSecretStore(),
    masterKey: MasterKey.fromBase64(randomBytes(32).toString('base64')),
  };
  const told: { dnc?: ToldDnc } = {};
  const dncOn = (clock: Clock) => (told.dnc = new ToldDnc(clock));
  const api = startInstance(eventStoreUrl, stores, () => null, dncOn);
  const dnc = told.dnc ?? new ToldDnc(api.time);
  return { eventStoreUrl, databaseUrl, stores, api, clock: api.time, dnc };
}

/** A worker's side of `eligibility`, on connections of its own. */
export function startEligibility(on: Installation, roll: LeadRoll) {
  const { eventStoreUrl, databaseUrl, stores, clock, dnc } = on;
  const store = connectEventStore(eventStoreUrl);
  const database = connectDatabase({
    ...{ url: databaseUrl, role: 'worker', applicationName: 'eligibility-spec' },
  });
  const keys = new DataKeys({ store: stores.keys, masterKey: stores.masterKey });
  const eligibility = new Eligibility({ store, keys, dnc, roll, clock });
  const stop = new AbortController();
  const notices: ReactorsNotice[] = [];
  const running = eligibility.start().then(() =>
    runReactors({
      ...{ store, database, clock, reactors: [eligibility.reactor], signal: stop.signal },
      report: (notice) => notices.push(notice),
      limits: { pollMs: 10, saveMs: 10 },
    }),
  );
  return {
    ...{ notices, database, actsOn: Object.keys(eligibility.reactor.on) },
    stop: async () => {
      stop.abort();
      await running;
      await eligibility.stop();
      await Promise.all([store.close(), database.close()]);
    },
  };
}

/** What the reactor is to look at again, and what failed. */
export async function standingOf({ kysely }: Database) {
  const [checkpoint, later] = await Promise.all([
    kysely.selectFrom('reactorCheckpoint').selectAll().executeTakeFirst(),
    kysely.selectFrom('reactorLater').selectAll().execute(),
  ]);
  return { position: checkpoint?.position ?? null, failure: checkpoint?.failure ?? null, later };
}

/**
 * Whether the reactor has dealt with everything in the log, its own events included, and has kept
 * only what is not due yet.
 */
export async function isSettled(
  { database, actsOn }: Pick<ReturnType<typeof startEligibility>, 'database' | 'actsOn'>,
  store: EventStore,
  clock: Clock,
): Promise<boolean> {
  const { position, later } = await standingOf(database);
  const nothingDue = later.every(({ dueAt }) => new Date(dueAt) > clock.now());
  return nothingDue && (await isPassed(store, position, actsOn));
}

/** Everything on streams that begin so, in order. */
export async function loggedIn(store: EventStore, prefix: string) {
  const stop = new AbortController();
  const events: { readonly id: string; readonly position: bigint }[] = [];
  const options = { after: null, streamPrefixes: [prefix], signal: stop.signal };
  for await (const message of store.subscribeToAll(options)) {
    if (message.kind === 'event') events.push(message.event);
    if (message.kind === 'caught_up') break;
  }
  return events;
}

/** The servers of a file, and an installation on them with a tenant whose numbers it can hash. */
export class ServersOfFile {
  log: TestEventStore;
  fresh: FreshDatabase;
  here: Installation;

  static startedFor(tenantId: TenantId): ServersOfFile {
    const servers = new ServersOfFile();
    beforeAll(async () => {
      [servers.log, servers.fresh] = await Promise.all([startTestEventStore(), freshDatabase()]);
      servers.here = anInstallation(servers.log.url, servers.fresh.url);
      await servers.here.api.secrets.create(tenantId);
    });
    afterAll(() => servers.#stop());
    return servers;
  }

  async #stop(): Promise<void> {
    await this.here.api.stop();
    await this.fresh.drop();
    await this.log.close();
  }
}
