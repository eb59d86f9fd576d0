import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type PoolClient } from 'pg';
import { lawRuns, logOf, until } from '#libs/testing';
import { caughtUpTo, type Database } from '../index.js';
import { EngineHarness } from './engine.fixtures.js';
import { accountProjection, ledgerHistory } from './ledger.fixtures.js';
import { type ProjectedEvent } from './projection.js';
import { type RunProjectionsOptions } from './engine-options.js';

let engines: EngineHarness;

beforeAll(async () => {
  engines = await EngineHarness.create();
});

afterAll(() => engines.close());

describe('the projections of a log', () => {
  it.each([1, 7, 100, 1000])('equal its fold, %i events at a time', async (batchSizeMax) => {
    await fc.assert(
      fc.asyncProperty(ledgerHistory(batchSizeMax === 1 ? 60 : 400), async (events) => {
        const engine = engines.start({ log: logOf(events), batchSizeMax });
        await engines.reached(events);
        await engine.stop();
        await engines.expectFoldOf(events);
      }),
      { numRuns: lawRuns({ quick: 6, full: 60 }), plugins: [fc.beforeEach(engines.reset)] },
    );
  });

  it('equal its fold however often the engine is stopped and its log breaks off', async () => {
    const breaks = fc.array(fc.nat({ max: 120 }), { maxLength: 6 });
    const sizes = fc.constantFrom(1, 7, 100);
    await fc.assert(
      fc.asyncProperty(ledgerHistory(300), breaks, sizes, async (events, cuts, batchSizeMax) => {
        for (const cut of cuts) {
          const engine = engines.start({ log: breakingAfter(cut, events), batchSizeMax });
          await until('the log to break off', () =>
            engine.notices.some(({ kind }) => kind === 'interrupted'),
          );
          await engine.stop();
        }
        const engine = engines.start({ log: logOf(events), batchSizeMax });
        await engines.reached(events);
        await engine.stop();
        await engines.expectFoldOf(events);
      }),
      { numRuns: lawRuns({ quick: 8, full: 60 }), plugins: [fc.beforeEach(engines.reset)] },
    );
  });

  it('are left alone while no transaction can begin', async () => {
    await engines.reset();
    const [events] = fc.sample(ledgerHistory(50), { numRuns: 1, seed: 5 });
    const engine = engines.start({
      log: logOf(events!),
      database: cancellingBegin(engines.worker),
    });
    await until(
      'two attempts',
      () => engine.notices.filter(({ kind }) => kind === 'interrupted').length >= 2,
    );
    await engine.stop();
    expect(await engines.rowsOf(accountProjection)).toEqual([]);
  });

  it('equal its fold although every connection is cut again and again', async () => {
    await fc.assert(
      fc.asyncProperty(ledgerHistory(400), async (events) => {
        const engine = engines.start({ log: logOf(events), batchSizeMax: 5 });
        for (let cut = 0; cut < 5; cut += 1) {
          await until('an engine to cut off', async () => {
            const { rowCount } = await engines.owner.pool.query(
              `select pg_terminate_backend(pid) from pg_stat_activity
                  where application_name = 'engine' and datname = current_database()`,
            );
            return rowCount !== 0;
          });
        }
        await engines.reached(events);
        await engine.stop();
        await engines.expectFoldOf(events);
      }),
      { numRuns: 3, plugins: [fc.beforeEach(engines.reset)] },
    );
  });

  it('are left as they are by a log that overlaps what was applied', async () => {
    await engines.reset();
    const [events] = fc.sample(ledgerHistory(200), { numRuns: 1, seed: 7 });
    const half = events!.slice(0, 100);
    const first = engines.start({ log: logOf(half) });
    await engines.reached(half);
    await first.stop();

    const fromTheBeginning = logOf(events!);
    const second = engines.start({ log: (_, signal) => fromTheBeginning(null, signal) });
    await engines.reached(events!);
    await second.stop();
    await engines.expectFoldOf(events!);
  });

  it('advance past what concerns none of them', async () => {
    await engines.reset();
    const far = 2n ** 62n;
    const engine = engines.start({
      log: async function* (_, signal) {
        yield { kind: 'checkpoint', position: 5n };
        yield { kind: 'caught_up' };
        yield { kind: 'checkpoint', position: far };
        await untilAborted(signal);
      },
    });
    expect(
      await caughtUpTo(engines.worker, ['account', 'turnover'], far, { timeoutMs: 60_000 }),
    ).toBe(true);
    expect(await caughtUpTo(engines.worker, ['account'], far + 1n, { timeoutMs: 20 })).toBe(false);
    expect(await caughtUpTo(engines.worker, ['account', 'unheard_of'], 1n, { timeoutMs: 20 })).toBe(
      false,
    );
    await engine.stop();
  });
});

function breakingAfter(
  count: number,
  events: readonly ProjectedEvent[],
): RunProjectionsOptions['log'] {
  return async function* (after) {
    const rest = events.filter(({ position }) => after === null || position > after);
    for (const event of rest.slice(0, count)) {
      yield await Promise.resolve({ kind: 'event' as const, event });
    }
    throw new Error('the log broke off');
  };
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
  });
}

/** As if somebody cancelled what runs on a connection whenever it begins a transaction. */
function cancellingBegin(database: Database): Database {
  const cancelled = (client: PoolClient) => ({
    query: (...args: [string | object]) => {
      const [statement] = args;
      const begins = typeof statement === 'string' && statement.startsWith('begin');
      return begins ? client.query('select 1 / 0') : client.query(...(args as [string]));
    },
    on: client.on.bind(client),
    release: client.release.bind(client),
  });
  const pool = { connect: async () => cancelled(await database.pool.connect()) };
  return { ...database, pool } as unknown as Database;
}
