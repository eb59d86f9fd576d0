import { randomUUID } from 'node:crypto';
import {
  CommandRunner,
  connectEventStore,
  defineEvent,
  EventCatalog,
  type EventOf,
  type EventStore,
  type NewEvent,
  type Position,
  type StoredEvent,
} from '#libs/event-store';
import { type Clock, type Decider, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database } from '#libs/read-db';
import {
  type FreshDatabase,
  freshDatabase,
  startTestEventStore,
  type TestEventStore,
  until,
} from '#libs/testing';
import { Type } from 'typebox';
import {
  type Answer,
  defineReactor,
  type Occasion,
  type Order,
  type Reactor,
  type Unhurried,
} from './reactor.js';
import { type ReactorLimits } from './reactor-limits.js';
import { type ReactorsNotice, runReactors } from './run-reactors.js';

const bell = Type.String({ description: 'Name of the bell.' });
const count = Type.Integer({ description: 'How often it had rung before.' });

export const BellRang = defineEvent({
  type: 'BellRang',
  version: 1,
  doc: 'Somebody rang a bell.',
  schema: Type.Object({ bell, count }),
});

export const BellAnswered = defineEvent({
  type: 'BellAnswered',
  version: 1,
  doc: 'Somebody came to the door.',
  schema: Type.Object({ bell, count }),
});

type Rang = EventOf<typeof BellRang>;
type Answered = EventOf<typeof BellAnswered>;
export type Ring = Rang['data'];

/** Answers every time it is told to: nothing but the command's id keeps it from answering twice. */
const door: Decider<null, Ring, Answered> = {
  initialState: () => null,
  evolve: () => null,
  decide: (data) => [{ type: 'BellAnswered', data }],
};
const bellCatalog = new EventCatalog([BellRang, BellAnswered]);

/** What a test wants of its porter. */
export interface PorterOptions {
  readonly startAt?: Reactor['startAt'];
  readonly retryMsMax?: number;
  readonly unhurried?: Pick<Unhurried, 'perSecond' | 'untilMs'>;
  readonly on?: (ring: Ring, occasion: Occasion) => Answer<Ring> | Promise<Answer<Ring>>;
  /** Around the command: `answer` runs it. */
  readonly run?: (answer: () => Promise<unknown>, ring: Ring, order: Order) => Promise<unknown>;
}

const answerIt = (ring: Ring): Answer<Ring> => [ring];
const runIt = (answer: () => Promise<unknown>): Promise<unknown> => answer();

/** A reactor that answers bells, by an event on the stream `answer-<bell>`. */
export function porter(store: EventStore, options: PorterOptions = {}): Reactor {
  const runner = new CommandRunner(store, bellCatalog);
  const { startAt = 'beginning', retryMsMax, unhurried, on = answerIt, run = runIt } = options;
  return defineReactor<Rang, Ring>({
    ...{ name: 'porter', startAt, events: [BellRang] },
    ...(retryMsMax === undefined ? {} : { retryMsMax }),
    ...(unhurried === undefined ? {} : { unhurried: { ...unhurried, types: ['BellRang'] } }),
    on: { BellRang: ({ data }, occasion) => on(data, occasion) },
    run: (ring, order) => {
      const answer = () =>
        runner.run({
          ...{ stream: `answer-${ring.bell}`, decider: door, command: ring },
          context: { ...order, occurredAt: new Date().toISOString() },
        });
      return run(answer, ring, order);
    },
  });
}

/** Rings a bell as often as told, in one append each; resolves to where the last one is. */
export async function ring(store: EventStore, bell: string, times = 1): Promise<Position> {
  const before = (await eventsOf(store, `bell-${bell}`)).length;
  let position = 0n;
  for (let count = before; count < before + times; count += 1) {
    const expected = count === 0 ? 'no_stream' : BigInt(count - 1);
    ({ position } = await store.append(`bell-${bell}`, expected, [aRing({ bell, count })]));
  }
  return position;
}

/** A ring as it is stored; anything may be wrong with it. */
export function aRing(data: object): NewEvent {
  const id = randomUUID();
  return {
    ...{ id, type: 'BellRang', data: data as Record<string, unknown> },
    metadata: {
      ...{ schemaVersion: 1, tenantId: 'acme' as TenantId, actor: { kind: 'system', id: 'spec' } },
      occurredAt: '2026-01-05T12:00:00.000Z',
      ...{ commandId: id, $correlationId: id, $causationId: id },
    },
  };
}

/** Which rings of a bell were answered, in the order of the answers. */
export async function answersOf(store: EventStore, bell: string): Promise<number[]> {
  const events = await eventsOf(store, `answer-${bell}`);
  return events.map(({ data }) => (data as Ring).count);
}

export async function eventsOf(store: EventStore, stream: string): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const recorded of store.readStream(stream)) events.push(recorded as StoredEvent);
  return events;
}

/** Where and how a host of reactors runs. */
export interface HostOn {
  readonly eventStoreUrl: string;
  readonly databaseUrl: string;
  readonly porter?: PorterOptions;
  readonly limits?: Partial<ReactorLimits>;
  readonly clock?: Clock;
}

/** A host of one porter, with connections of its own, as a worker has them. */
export function startHost({ eventStoreUrl, databaseUrl, limits, clock, ...on }: HostOn) {
  const store = connectEventStore(eventStoreUrl);
  const database = connectDatabase({
    ...{ url: databaseUrl, role: 'worker', applicationName: 'reactors-spec' },
  });
  const stop = new AbortController();
  const notices: ReactorsNotice[] = [];
  const running = runReactors({
    ...{ store, database, reactors: [porter(store, on.porter)], signal: stop.signal },
    ...(clock === undefined ? {} : { clock }),
    report: (notice) => notices.push(notice),
    limits: { pollMs: 10, saveMs: 10, ...limits },
  });
  return {
    ...{ store, database, notices },
    told: (kind: ReactorsNotice['kind']) => notices.filter((notice) => notice.kind === kind).length,
    stop: async () => {
      stop.abort();
      await running;
      await Promise.all([store.close(), database.close()]);
    },
  };
}

/** What the porter's own row says. */
export async function checkpointOf(database: Database) {
  return database.kysely
    .selectFrom('reactorCheckpoint')
    .selectAll()
    .where('name', '=', 'porter')
    .executeTakeFirst();
}

/** What is kept of events that come again. */
export async function keptOf(database: Database) {
  return database.kysely.selectFrom('reactorLater').selectAll().orderBy('position').execute();
}

type Host = ReturnType<typeof startHost>;

/** A log and a database of its own, and the hosts that run on them. */
export class House {
  #log: TestEventStore | undefined;
  #fresh: FreshDatabase | undefined;
  #hosts: Host[] = [];

  async open(): Promise<void> {
    [this.#log, this.#fresh] = await Promise.all([startTestEventStore(), freshDatabase()]);
  }

  async close(): Promise<void> {
    await this.stopAll();
    await this.#fresh?.drop();
    await this.#log?.close();
  }

  get store(): EventStore {
    if (this.#log === undefined) throw new Error('Open the house first.');
    return this.#log.store;
  }

  get where(): { readonly eventStoreUrl: string; readonly databaseUrl: string } {
    return { eventStoreUrl: this.#log?.url ?? '', databaseUrl: this.#fresh?.url ?? '' };
  }

  start(on: Partial<HostOn> = {}): Host {
    const host = startHost({ ...this.where, ...on });
    this.#hosts.push(host);
    return host;
  }

  async stop(host: Host): Promise<void> {
    this.#hosts = this.#hosts.filter((other) => other !== host);
    await host.stop();
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.#hosts.splice(0).map((host) => host.stop()));
  }

  /** Ends every connection to the database, as a restart of the server would. */
  async cutDatabase(): Promise<void> {
    const url = this.where.databaseUrl;
    const owner = connectDatabase({ url, role: 'owner', applicationName: 'cutter' });
    await owner.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await owner.close();
  }

  ring(bell: string, times = 1): Promise<Position> {
    return ring(this.store, bell, times);
  }

  answers(bell: string): Promise<number[]> {
    return answersOf(this.store, bell);
  }

  untilAnswered(bell: string, ...counts: number[]): Promise<unknown> {
    return until(`${bell} to be answered: ${counts.join()}`, async () => {
      return (await this.answers(bell)).join() === counts.join();
    });
  }

  untilPassed(host: Host, position: Position): Promise<unknown> {
    return until(`the checkpoint to pass ${position}`, async () => {
      return ((await checkpointOf(host.database))?.position ?? -1n) >= position;
    });
  }
}
