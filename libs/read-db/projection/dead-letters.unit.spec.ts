import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deadLetterLimits, keyOfRow, keyOfStream, ParkedKeys } from './dead-letter-keys.js';
import { foldBatch, touchesOf } from './fold-batch.js';
import { foldInMemory } from './fold-in-memory.js';
import { accountProjection, ledgerHistory } from './ledger.fixtures.js';
import { type LogItem } from './messages.js';
import {
  asItems,
  inStreams,
  inStreamsOfAccounts,
  type Poison,
  poisonOf,
  spoiledAccounts,
} from './poison.fixtures.js';
import { type ProjectedEvent, type Projection } from './projection.js';
import { allRows } from './row-memory.js';

const { table } = accountProjection;
type Rows = Map<string, Readonly<Record<string, unknown>>>;

interface Letter {
  readonly item: LogItem;
  readonly keys: readonly string[];
  readonly cause: unknown;
}

/** A read model in memory that is fed in batches, as the engine feeds one in the database. */
class ReadModel {
  readonly rows: Rows = new Map();
  readonly letters: Letter[] = [];
  waiting = new ParkedKeys(deadLetterLimits);

  async apply(projection: Projection, items: readonly LogItem[], batchSize: number) {
    for (let first = 0; first < items.length; first += batchSize) {
      await this.#step(projection, items.slice(first, first + batchSize));
    }
  }

  /** What waits is tried again, all of it. */
  async retry(projection: Projection, read: (item: LogItem) => LogItem, batchSize: number) {
    const items = this.letters.splice(0).map(({ item }) => read(item));
    this.waiting = new ParkedKeys(deadLetterLimits);
    await this.apply(projection, items, batchSize);
  }

  async #step(projection: Projection, batch: readonly LogItem[]) {
    const load = (keys: readonly object[]) =>
      Promise.resolve(
        keys.map((key) => this.rows.get(keyOfRow(table, key))).filter((row) => row !== undefined),
      );
    const waiting = this.waiting.fork();
    const { changes, parked, folded } = await foldBatch(projection, batch, load, waiting);
    expect(folded).toBe(batch.length);
    waiting.join();
    for (const row of allRows(changes)) this.rows.set(keyOfRow(table, row), row as never);
    for (const key of changes.removals) this.rows.delete(keyOfRow(table, key));
    for (const { index, keys, cause } of parked) {
      this.letters.push({ item: batch[index] as LogItem, keys, cause });
    }
  }
}

function foldOf(events: readonly ProjectedEvent[]): Rows {
  return new Map(foldInMemory(accountProjection, events).map((row) => [keyOfRow(table, row), row]));
}

const rowKeysOf = (event: ProjectedEvent) =>
  touchesOf(accountProjection, event).map(({ key }) => keyOfRow(table, key));

const batchSizes = fc.constantFrom(1, 3, 7, 100);

function spoiledHistory(
  arrange: (events: Parameters<typeof inStreams>[0]) => ReturnType<typeof inStreams>,
  spoils: Parameters<typeof poisonOf>[1],
) {
  return ledgerHistory(120)
    .map(arrange)
    .filter((events) => events.some(({ type }) => type in accountProjection.on))
    .chain((events) => fc.tuple(fc.constant(events), poisonOf(events, spoils)));
}

const everySpoil = ['undecodable', 'handler', 'change'] as const;
const anyHistory = spoiledHistory((events) => inStreams(events, 4), everySpoil);
/** Whose rows are known to be apart although handlers do not say which they are. */
const historyOfAccounts = spoiledHistory(inStreamsOfAccounts, everySpoil);
/** Whose rows are always known. */
const historyOfRows = spoiledHistory((events) => inStreams(events, 120), ['change']);

async function modelOf(events: readonly ProjectedEvent[], poison: Poison, batchSize: number) {
  const model = new ReadModel();
  await model.apply(spoiledAccounts(poison), concerned(asItems(events, poison)), batchSize);
  return model;
}

const concerned = (items: readonly LogItem[]) =>
  items.filter(({ type }) => type in accountProjection.on);

describe('a read model with poison in its history', () => {
  it('is the fold of everything but its dead letters, whatever the batches', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, batchSizes, async ([events, poison], batchSize) => {
        const model = await modelOf(events, poison, batchSize);
        const left = new Set(model.letters.map(({ item }) => item.position));
        expect(model.rows).toEqual(foldOf(events.filter(({ position }) => !left.has(position))));
        expect((await modelOf(events, poison, 1)).letters).toEqual(model.letters);
      }),
    );
  });

  it('leaves nothing out that need not wait, and nothing in that must', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, batchSizes, async ([events, poison], batchSize) => {
        const { letters } = await modelOf(events, poison, batchSize);
        const keysOfLetter = new Map(letters.map(({ item, keys }) => [item.position, keys]));
        const waiting = new Set<string>();
        for (const event of events.filter(({ type }) => type in accountProjection.on)) {
          const isUnclear = (poison.get(event.position) ?? 'change') !== 'change';
          const keys = isUnclear ? [] : rowKeysOf(event);
          const own = [...keys, keyOfStream(event.stream)];
          const mustWait = poison.has(event.position) || own.some((key) => waiting.has(key));
          expect(keysOfLetter.has(event.position)).toBe(mustWait);
          for (const key of keysOfLetter.get(event.position) ?? []) waiting.add(key);
          if (mustWait)
            expect(own).toEqual(
              expect.arrayContaining([...(keysOfLetter.get(event.position) ?? [])]),
            );
          if (mustWait) expect([...waiting]).toEqual(expect.arrayContaining(keys));
        }
      }),
    );
  });

  it('has every row without poison as it would be anyway, and others as before their poison', async () => {
    await fc.assert(
      fc.asyncProperty(historyOfRows, batchSizes, async ([events, poison], batchSize) => {
        const { rows, letters } = await modelOf(events, poison, batchSize);
        const firstOf = new Map<string, bigint>();
        for (const { item, keys } of letters) {
          for (const key of keys) firstOf.set(key, firstOf.get(key) ?? item.position);
        }
        const every = new Set([...rows.keys(), ...foldOf(events).keys()]);
        for (const key of every) {
          const poisonAt = firstOf.get(key);
          const before = events.filter(
            ({ position }) => poisonAt === undefined || position < poisonAt,
          );
          expect(rows.get(key)).toEqual(foldOf(before).get(key));
        }
      }),
    );
  });

  it.each([
    ['rows are known', historyOfRows],
    ['rows have streams of their own', historyOfAccounts],
  ])('is the whole fold after a retry with its defects mended, where %s', async (_, histories) => {
    await fc.assert(
      fc.asyncProperty(histories, batchSizes, async ([events, poison], batchSize) => {
        const model = await modelOf(events, poison, batchSize);
        const mended = new Map(asItems(events, new Map()).map((item) => [item.position, item]));
        await model.retry(
          accountProjection,
          (item) => mended.get(item.position) as LogItem,
          batchSize,
        );
        expect(model.letters).toEqual([]);
        expect(model.rows).toEqual(foldOf(events));
      }),
    );
  });

  it('is the same after a retry with some defects mended as if there had never been others', async () => {
    await fc.assert(
      fc.asyncProperty(historyOfRows, batchSizes, async ([events, poison], batchSize) => {
        const left = new Map([...poison].slice(1));
        const model = await modelOf(events, poison, batchSize);
        await model.retry(spoiledAccounts(left), (item) => item, batchSize);
        const never = await modelOf(events, left, batchSize);
        expect(model.rows).toEqual(never.rows);
        expect(model.letters).toEqual(never.letters);
      }),
    );
  });
});

describe('the room for dead letters', () => {
  const limits = { keysMax: 2, eventsMax: 3 };

  it('ends with the keys there may be; what waits under one of them still has room', () => {
    const waiting = new ParkedKeys(limits, { keys: ['a'], events: 1 });
    expect(waiting.park(['b', 'c'])).toBe(false);
    expect(waiting.size).toBe(1);
    expect(waiting.park(['b'])).toBe(true);
    expect(waiting.park(['c'])).toBe(false);
    expect(waiting.park(['a', 'b'])).toBe(true);
    expect(waiting.park(['a'])).toBe(false);
  });

  it('is taken by a fork only when that is joined', () => {
    const waiting = new ParkedKeys(limits, { keys: ['a'], events: 1 });
    waiting.fork().park(['b']);
    expect(waiting.has('b')).toBe(false);
    const fork = waiting.fork();
    const inner = fork.fork();
    expect(inner.park(['b'])).toBe(true);
    expect(fork.fork().park(['c'])).toBe(true);
    inner.join();
    fork.join();
    expect([waiting.has('b'), waiting.size, waiting.events]).toEqual([true, 2, 2]);
  });

  it('tells what waits apart from some keys', () => {
    const waiting = new ParkedKeys(limits, { keys: ['a', 'b'], events: 3 });
    const others = waiting.without(new Set(['a']), 2);
    expect([others.has('a'), others.has('b'), others.events]).toEqual([false, true, 1]);
  });
});

describe('the key of a dead letter', () => {
  const key = { key: ['tenantId', 'id'] } as const;

  it('names a row by its values, so that no two rows and no stream share one', () => {
    expect(keyOfRow(key, { tenantId: 'acme', id: 'a/b c' })).toBe('acme/a%2Fb%20c');
    expect(keyOfRow(key, { tenantId: 'stream:a', id: 1n })).toBe('stream%3Aa/1');
    expect(keyOfStream('lead-1')).toBe('stream:lead-1');
  });

  it('is text that Postgres can hold and index, whatever the values', () => {
    expect(keyOfRow(key, { tenantId: '\0', id: '\ud800' })).toBe('%00/%EF%BF%BD');
    const long = [keyOfStream('x'.repeat(5_000)), keyOfStream(`${'x'.repeat(5_000)}y`)];
    expect(new Set(long).size).toBe(2);
    for (const each of long) expect(each.length).toBeLessThan(400);
  });
});
