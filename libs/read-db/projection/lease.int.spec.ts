import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { logOf, until } from '#libs/testing';
import { EngineHarness, pausable, type RunningEngine } from './engine.fixtures.js';
import { ledgerHistory } from './ledger.fixtures.js';
import { Fenced } from './lease.js';

let engines: EngineHarness;

beforeAll(async () => {
  engines = await EngineHarness.create();
});

beforeEach(() => engines.reset());

afterAll(() => engines.close());

const [events] = fc.sample(
  ledgerHistory(120).filter(({ length }) => length > 100),
  { numRuns: 1, seed: 11 },
);
const log = logOf(events!);

const said = (engine: RunningEngine, kind: string) =>
  until(`an engine to say ${kind}`, () => engine.notices.find((notice) => notice.kind === kind));

/** In place of waiting until the lease runs out. */
async function expireLease() {
  await engines.owner.pool.query('update projection_lease set expires_at = now()');
}

describe('of two engines', () => {
  it('one applies the log and the other takes over when it stops', async () => {
    const first = engines.start({ log: logOf(events!.slice(0, 50)) });
    await said(first, 'started');
    const second = engines.start({ log });
    await said(second, 'standing_by');
    await engines.reached(events!.slice(0, 50));
    expect(second.notices).toEqual([{ kind: 'standing_by' }]);

    await first.stop();
    await said(second, 'started');
    await engines.reached(events!);
    await second.stop();
    await engines.expectFoldOf(events!);
  });

  it('the second takes over at once when the connection of the first is gone', async () => {
    const sleeper = pausable(engines.worker, /^commit/);
    const first = engines.start({ log, database: sleeper.database });
    await said(first, 'started');
    const second = engines.start({ log });
    await said(second, 'standing_by');
    await sleeper.reached;
    await engines.owner.pool.query(
      `select pg_terminate_backend(pid) from pg_locks
        where locktype = 'advisory' and granted
          and database = (select oid from pg_database where datname = current_database())`,
    );
    await said(second, 'started');
    await engines.reached(events!);
    await engines.expectFoldOf(events!);
    sleeper.resume();
    await Promise.all([first.stop(), second.stop()]);
  });

  it.each([
    ['before a batch', /^begin/],
    ['in the middle of a transaction', /checkpoint:advance/],
    ['before it commits', /^commit/],
  ])('one that was paused %s applies nothing when it wakes up', async (_, statement) => {
    const sleeper = pausable(engines.worker, statement);
    const first = engines.start({ log, database: sleeper.database, batchSizeMax: 30 });
    await sleeper.reached;

    const second = engines.start({ log, batchSizeMax: 7 });
    await said(second, 'standing_by');
    await expireLease();
    await said(second, 'started');
    await engines.reached(events!);

    sleeper.resume();
    const interrupted = await said(first, 'interrupted');
    if (String(statement) === '/^begin/') expect(interrupted).toHaveProperty('error', new Fenced());
    await said(first, 'standing_by');
    await engines.expectFoldOf(events!);
    await Promise.all([first.stop(), second.stop()]);
    await engines.expectFoldOf(events!);
  });
});
