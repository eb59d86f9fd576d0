import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lawRuns, until } from '#libs/testing';
import { expectedRows, pausable } from '../engine.fixtures.js';
import { accountProjection, ledgerHistory, turnoverProjection } from '../ledger.fixtures.js';
import { RebuildHarness, someHistory } from './rebuild.fixtures.js';

const both = [accountProjection, turnoverProjection];
let harness: RebuildHarness;

afterEach(() => harness.close());

async function served(): Promise<void> {
  harness = await RebuildHarness.create(both);
  harness.log.append(someHistory(400));
  harness.live();
  await harness.untilCaughtUp();
}

/** What happens to a rebuild before it may finish. */
type Blow = { readonly after: number; readonly kind: 'cancel' | 'crash' | 'cut' };

const blows: fc.Arbitrary<Blow[]> = fc.array(
  fc.record({
    after: fc.nat({ max: 150 }),
    kind: fc.constantFrom('cancel' as const, 'crash' as const, 'cut' as const),
  }),
  { maxLength: 4 },
);

/** Lets a rebuilder fill so many events more, then deals the blow. */
async function strike({ after, kind }: Blow, batchSizeMax: number): Promise<void> {
  const rebuilder = harness.rebuilder({ batchSizeMax, log: harness.log.stopping(after) });
  const isOver = () => rebuilder.notices.some((notice) => notice.kind === 'served');
  await until('the rebuild to have come there', async () => {
    const build = await harness.buildOf('account', 2);
    return isOver() || Number(build?.eventsSeen ?? 0) >= after || build?.state !== 'building';
  });
  if (kind === 'cut') await harness.cutConnections();
  if (kind === 'cancel' && (await harness.ask('cancel', 'account', 2)) === 'done') {
    await harness.ask('resume', 'account', 2);
  }
  await rebuilder.stop();
}

describe('a read model that is rebuilt', () => {
  it.each([1, 7, 100, 1000])(
    'equals the live one whatever happens meanwhile, %i events at a time',
    async (batchSizeMax) => {
      const length = batchSizeMax === 1 ? 80 : 400;
      await fc.assert(
        fc.asyncProperty(ledgerHistory(length), fc.nat(), blows, async (events, at, fate) => {
          harness = await RebuildHarness.create(both);
          try {
            const begun = events.slice(0, (at % events.length) + 1);
            harness.log.append(begun);
            harness.live({ batchSizeMax: 13 });
            for (const { name } of both) await harness.ask('rebuild', name);
            for (const blow of fate) await strike(blow, batchSizeMax);
            const rebuilder = harness.rebuilder({ batchSizeMax });
            harness.log.append(events.slice(begun.length));
            await rebuilder.ended;
            await harness.untilCaughtUp();
            for (const each of both) {
              await harness.expectFold(each);
              expect(await harness.buildOf(each.name, 2)).toMatchObject({
                serving: true,
                finding: expect.stringMatching(/Its rows equal those of build 1\.$/),
              });
            }
          } finally {
            await harness.close();
          }
        }),
        { numRuns: lawRuns({ quick: 3, full: 20 }) },
      );
    },
  );
});

describe('queries', () => {
  it('read on while builds are switched, each seeing one table and none a gap', async () => {
    await served();
    // So that every row tells which table it is of.
    await harness.owner.pool.query(`update account_v1_b1 set notes = array['before']`);
    const [before, after] = [await signature(), expectedSignature()];
    expect(before).not.toBe(after);
    const reading = new AbortController();
    const seen: string[] = [];
    const readers = [1, 2, 3, 4].map(async () => {
      while (!reading.signal.aborted) seen.push(await signature());
    });
    await harness.ask('rebuild', 'account');
    await harness.rebuilder().ended;
    const switchedAt = seen.length;
    await until('readers to read on', () => seen.length > switchedAt + 20);
    reading.abort();
    await Promise.all(readers);
    expect(new Set(seen)).toEqual(new Set([before, after]));
    expect(new Set(seen.slice(-10))).toEqual(new Set([after]));
  });

  async function signature(): Promise<string> {
    return (await harness.rowsOf(accountProjection, 'account')).join();
  }

  const expectedSignature = () => expectedRows(accountProjection, harness.log.events).join();

  it('that take long make the switch wait, and none of the others for long', async () => {
    await served();
    const long = await harness.worker.pool.connect();
    await long.query('begin; select count(*) from account');
    await harness.ask('rebuild', 'account');
    const rebuilder = harness.rebuilder();
    const attempts = new Set<string>();
    await until('the switch to be tried twice', async () => {
      for (const attempt of await waitingForLocks()) attempts.add(attempt);
      await harness.worker.pool.query('select count(*) from account');
      return attempts.size >= 2;
    });
    expect((await harness.buildOf('account', 2))?.serving).toBe(false);
    await long.query('commit');
    long.release();
    await rebuilder.ended;
    expect((await harness.buildOf('account', 2))?.serving).toBe(true);
  });

  async function waitingForLocks(): Promise<string[]> {
    const { rows } = await harness.owner.pool.query<{ begun: string }>(
      `select xact_start::text as begun from pg_stat_activity
        where datname = current_database() and application_name = 'owner'
          and wait_event_type = 'Lock'`,
    );
    return rows.map(({ begun }) => begun);
  }
});

describe('of two rebuilders', () => {
  it('one works and the other goes on at once when it is gone', async () => {
    await served();
    await harness.ask('rebuild', 'account');
    const first = harness.rebuilder({ log: harness.log.stopping(200), batchSizeMax: 20 });
    await until('the first to work', async () => {
      return (await harness.buildOf('account', 2))?.eventsSeen === 200n;
    });
    const second = harness.rebuilder();
    await until('the second to stand by', () => second.notices.length > 0);
    expect(second.notices).toEqual([{ kind: 'standing_by' }]);
    await first.stop();
    await second.ended;
    await harness.expectFold(accountProjection);
  });

  it('one that was paused and wakes up applies nothing', async () => {
    await served();
    await harness.ask('rebuild', 'account');
    const sleeper = pausable(harness.worker, /^commit/);
    const first = harness.rebuilder({ database: sleeper.database, batchSizeMax: 50 });
    await sleeper.reached;
    await harness.owner.pool.query('update projection_lease set expires_at = now()');
    const second = harness.rebuilder();
    sleeper.resume();
    await Promise.all([first.ended, second.ended]);
    expect(await harness.states()).toContain('account 2 live serving');
    await harness.expectFold(accountProjection);
  });
});
