import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { connectDatabase } from '../../index.js';
import { type LedgerEvent, accountProjection, turnoverProjection } from '../ledger.fixtures.js';
import { type ProjectedEvent, type Projection } from '../projection.js';
import { completionOf } from '../read-model-tables.js';
import { type FilledFrom } from './fill-builds.js';
import { RebuildHarness, someHistory } from './rebuild.fixtures.js';

const both = [accountProjection, turnoverProjection];
const events = someHistory(600);
const half = events.slice(0, 300);

let harness: RebuildHarness;

afterEach(() => harness.close());

/** Two read models that show the first half of a history, and are kept up to date. */
async function served(projections: readonly Projection[] = both) {
  harness = await RebuildHarness.create(projections);
  harness.log.append(half);
  const live = harness.live();
  await harness.untilCaughtUp();
  return live;
}

describe('a rebuild', () => {
  it('fills a table beside the one that is served, and lets queries read it when it is ready', async () => {
    await served();
    expect(await harness.ask('rebuild', 'account')).toBe('done');
    expect(await harness.ask('rebuild', 'turnover')).toBe('done');
    const rebuilder = harness.rebuilder();
    harness.log.append(events.slice(300));
    await rebuilder.ended;

    expect(await harness.states()).toEqual([
      'account 1 kept',
      'account 2 live serving',
      'turnover 1 kept',
      'turnover 2 live serving',
    ]);
    await harness.untilCaughtUp();
    for (const each of both) await harness.expectFold(each);
  });

  it('reads the log once for all that is filled together', async () => {
    await served();
    for (const { name } of both) await harness.ask('rebuild', name);
    const reads: (bigint | null)[] = [];
    const log: typeof harness.log.follow = (after, signal) => {
      reads.push(after);
      return harness.log.follow(after, signal);
    };
    await harness.rebuilder({ log }).ended;
    expect(reads).toEqual([null]);
  });

  it('wants those events alone that concern what is filled', async () => {
    await served();
    await harness.ask('rebuild', 'account');
    const types = new Set(events.map(({ type }) => type));
    const wanted: string[] = [];
    const log: FilledFrom = (after, signal, isWanted) => {
      wanted.push(...[...types].filter(isWanted));
      return harness.log.follow(after, signal, isWanted);
    };
    await harness.rebuilder({ log }).ended;
    expect(types).toContain('Noise');
    expect(wanted.sort()).toEqual(Object.keys(accountProjection.on).sort());
    await harness.expectFold(accountProjection);
    expect((await harness.buildOf('account', 2))?.eventsSeen).toBe(BigInt(half.length));
  });

  it('tells how far it is', async () => {
    await served();
    await harness.ask('rebuild', 'account');
    const rebuilder = harness.rebuilder({ log: harness.log.stopping(200), batchSizeMax: 50 });
    const build = await until('200 events', async () => {
      const found = await harness.buildOf('account', 2);
      return found?.eventsSeen === 200n ? found : null;
    });
    expect(build).toMatchObject({
      state: 'building',
      serving: false,
      position: events[199]!.position,
      head: harness.log.head,
      requestedBy: 'spec',
      startedAt: expect.any(String),
      finishedAt: null,
    });
    await rebuilder.stop();
  });

  it('says in the end what it proved', async () => {
    await served();
    await harness.ask('rebuild', 'account');
    await harness.rebuilder().ended;
    expect(await harness.buildOf('account', 2)).toMatchObject({
      finding: expect.stringMatching(
        /^It applied \d+ events, up to position \d+, as the log says\. Its rows equal those of build 1\.$/,
      ),
      finishedAt: expect.any(String),
    });
  });

  it('mends a table that had become wrong, and tells what was wrong with it', async () => {
    await served();
    await harness.owner.pool.query(
      `update account_v1_b1 set balance = balance + 1 where tenant_id = 'acme' and account = 'a'`,
    );
    await harness.ask('rebuild', 'account');
    await harness.rebuilder().ended;
    await harness.expectFold(accountProjection);
    expect((await harness.buildOf('account', 2))?.finding).toMatch(
      /Rows of build 1 that were wrong: 1 changed, 0 missing, 0 too many; the first is tenant_id acme, account a\.$/,
    );
  });

  it('counts the log again where the served table has applied other events', async () => {
    await served();
    await harness.owner.pool.query(
      `update projection_build set applied_count = applied_count - 1 where name = 'account'`,
    );
    await harness.ask('rebuild', 'account');
    await harness.rebuilder().ended;
    expect(await harness.buildOf('account', 2)).toMatchObject({
      serving: true,
      finding: expect.stringMatching(/as the log says\..* Of build 1 the log does not say so\.$/),
    });
  });

  it('is given up, and not served, when it applied other events than the log holds', async () => {
    await served();
    await harness.ask('rebuild', 'account');
    const log = harness.log.without(events.findIndex(({ type }) => type === 'Paid'));
    const rebuilder = harness.rebuilder({ log });
    await rebuilder.ended;
    const build = await harness.buildOf('account', 2);
    expect(build).toMatchObject({ state: 'failed', serving: false, failure: build?.finding });
    expect(build?.failure).toMatch(/^It applied \d+ events, .* the log has \d+ for it there/);
    expect(rebuilder.notices).toContainEqual(expect.objectContaining({ kind: 'given_up' }));
    expect(await harness.rowsOf(accountProjection, 'account')).not.toEqual([]);
    expect((await harness.buildOf('account', 1))?.serving).toBe(true);
  });

  it('leaves out what an operator gave up, and does not miss it', async () => {
    await served();
    const given = half.find(({ type }) => type === 'Paid')!;
    await harness.owner.pool.query(
      `insert into projection_dead_letter
         (name, build, key, position, tenant_id, event_id, event_type, stream, revision, state)
       values ('account', 1, 'k', $1, 'acme', $2, 'Paid', 's', 0, 'skipped')`,
      [given.position, given.id],
    );
    await harness.ask('rebuild', 'account');
    await harness.rebuilder().ended;
    const concerned = half.filter(({ type }) => type in accountProjection.on).length;
    expect(await harness.buildOf('account', 2)).toMatchObject({
      serving: true,
      appliedCount: BigInt(concerned - 1),
      finding: expect.stringContaining('as the log says'),
    });
  });

  it('has the new table looked after as any, but not while it is filled', async () => {
    await served();
    await harness.ask('rebuild', 'account');
    expect(await optionsOf('account_v1_b2')).toEqual(['autovacuum_enabled=false']);
    // As a rebuilder leaves it that is killed when a table is complete and not handed over.
    await harness.owner.pool.query(completionOf(accountProjection, 'account_v1_b2'));
    await harness.rebuilder().ended;
    expect(await optionsOf('account_v1_b2')).toBeNull();
    await harness.expectFold(accountProjection);
  });

  it('goes on where one was killed between the last row and the indexes', async () => {
    await served();
    await harness.ask('rebuild', 'account');
    const { url } = harness.fresh;
    const gone = connectDatabase({ url, role: 'owner', applicationName: 'gone' });
    await gone.close();
    const killed = harness.rebuilder({ owner: gone });
    await until('a table that cannot be completed', () =>
      killed.notices.find(({ kind }) => kind === 'interrupted'),
    );
    await killed.stop();
    const full = { state: 'building', position: harness.log.head };
    expect(await harness.buildOf('account', 2)).toMatchObject(full);
    await harness.rebuilder().ended;
    expect(await optionsOf('account_v1_b2')).toBeNull();
    await harness.expectFold(accountProjection);
  });

  it('gives the new table every index of its declaration', async () => {
    await served();
    await harness.ask('rebuild', 'account');
    await harness.rebuilder().ended;
    const { rows } = await harness.owner.pool.query(
      `select indexdef from pg_indexes where tablename = 'account_v1_b2' order by indexname`,
    );
    expect(rows).toEqual([
      { indexdef: expect.stringContaining('(tenant_id, opened_at DESC)') },
      { indexdef: expect.stringContaining('UNIQUE') },
    ]);
  });
});

async function optionsOf(tableName: string): Promise<string[] | null> {
  const { rows } = await harness.owner.pool.query<{ options: string[] | null }>(
    `select reloptions as options from pg_class where relname = $1`,
    [tableName],
  );
  return rows[0]?.options ?? null;
}

describe('an event that a rebuild cannot apply', () => {
  const bad = events.findIndex(({ type }, index) => index > 100 && type === 'Closed');
  const at = events[bad]!;

  it.each([1, 7, 1000])(
    'ends it at once, is named, and leaves the others alone; %i at a time',
    async (batchSizeMax) => {
      await served();
      for (const { name } of both) await harness.ask('rebuild', name);
      await harness.rebuilder({ batchSizeMax, projections: [throwingAt(at), turnoverProjection] })
        .ended;
      expect(await harness.buildOf('account', 2)).toMatchObject({
        state: 'failed',
        failure: `Closed ${at.id} at position ${at.position}: cannot close`,
        position: events.slice(0, bad).findLast(({ type }) => type in accountProjection.on)!
          .position,
      });
      expect((await harness.buildOf('turnover', 2))?.serving).toBe(true);
      expect((await harness.buildOf('account', 1))?.serving).toBe(true);
    },
  );

  it('is named as well when it is the database that refuses its rows', async () => {
    await served();
    await harness.ask('rebuild', 'account');
    await harness.owner.pool.query(
      `alter table account_v1_b2 add constraint small check (revision <> ${at.position}
         and revision < ${events[200]!.position})`,
    );
    await harness.rebuilder({ batchSizeMax: 64 }).ended;
    const build = await harness.buildOf('account', 2);
    expect(build?.state).toBe('failed');
    const named = half.find(({ position }) => build?.failure?.includes(String(position)));
    const { rows } = await harness.owner.pool.query(`select from account_v1_b2`);
    expect(named).toBeDefined();
    expect(rows.length).toBeGreaterThan(0);
  });

  it('can be gone on from once the program is mended', async () => {
    await served();
    await harness.ask('rebuild', 'account');
    await harness.rebuilder({ projections: [throwingAt(at), turnoverProjection] }).ended;
    expect(await harness.ask('resume', 'account')).toBe('done');
    await harness.rebuilder().ended;
    expect(await harness.states()).toContain('account 2 live serving');
    await harness.expectFold(accountProjection);
  });

  function throwingAt({ position }: ProjectedEvent<LedgerEvent>): Projection {
    return {
      ...accountProjection,
      on: {
        ...accountProjection.on,
        Closed: (event) => {
          if (event.position === position) throw new Error('cannot close');
          return accountProjection.on.Closed!(event);
        },
      },
    };
  }
});
