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
import { Type } from 'typebox';
import { type Answer, defineReactor, type Occasion, type Order, type Reactor } from './reactor.js';
import { type ReactorLimits } from './run-reactor.js';
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
  readonly on?: (ring: Ring, occasion: Occasion) => Answer<Ring> | Promise<Answer<Ring>>;
  /** Around the command: `answer` runs it. */
  readonly run?: (answer: () => Promise<unknown>, ring: Ring, order: Order) => Promise<unknown>;
}

const answerIt = (ring: Ring): Answer<Ring> => [ring];
const runIt = (answer: () => Promise<unknown>): Promise<unknown> => answer();

/** A reactor that answers bells, by an event on the stream `answer-<bell>`. */
export function porter(store: EventStore, options: PorterOptions = {}): Reactor {
  const runner = new CommandRunner(store, bellCatalog);
  const { startAt = 'beginning', on = answerIt, run = runIt } = options;
  return defineReactor<Rang, Ring>({
    ...{ name: 'porter', startAt, events: [BellRang], streamPrefixes: ['bell-'] },
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
