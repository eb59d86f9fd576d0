import { afterEach, describe, expect, it } from '@jest/globals';
import { history, until } from '#libs/testing';
import { readProjectionRequest, requestProjectionAction } from '../../index.js';
import { accountProjection, type LedgerEvent } from '../ledger.fixtures.js';
import { spoiledAccounts } from '../poison.fixtures.js';
import { type Projection } from '../projection.js';
import { RebuildHarness } from './rebuild.fixtures.js';

const newer: Projection = { ...accountProjection, version: 2 };

const paid = (account: string, amount: number): LedgerEvent => ({
  type: 'Paid',
  data: { account, amount, note: null },
});

/** At positions 100, 200, 300 … */
const events = history([paid('a', 1), paid('a', 2), paid('b', 4), paid('a', 8), paid('b', 16)]);

let harness: RebuildHarness;

afterEach(() => harness.close());

/** The program of these read models at work, until all its builds are served. */
async function deployed(projections: readonly Projection[]) {
  await harness.deploy(projections);
  const live = harness.live();
  await harness.rebuilder().ended;
  await harness.untilCaughtUp();
  return live;
}

describe('a version that is deployed again after it was taken back', () => {
  it('is brought up to date and served, without being asked for', async () => {
    harness = await RebuildHarness.create([accountProjection]);
    harness.log.append(events.slice(0, 3));
    await (await deployed([accountProjection])).stop();
    await (await deployed([newer])).stop();
    const older = await deployed([accountProjection]);
    expect(await harness.ask('rollback', 'account')).toBe('done');
    await harness.rebuilder().ended;
    await older.stop();
    expect(await harness.states()).toEqual(['account 1 live serving', 'account 2 kept']);

    harness.log.append(events.slice(3));
    await harness.deploy([newer]);
    harness.live();
    await harness.rebuilder().ended;
    expect(await harness.states()).toEqual(['account 1 kept', 'account 2 live serving']);
    await harness.untilCaughtUp();
    await harness.expectFold(newer);
  });
});

describe('a new version that applies what the one before could not', () => {
  it('is served even if that is given up meanwhile in the one before', async () => {
    harness = await RebuildHarness.create([accountProjection]);
    harness.log.append(events);
    const broken = spoiledAccounts(new Map([[200n, 'change']]));
    const before = harness.live({
      projections: [broken],
      reread: (places) =>
        Promise.resolve(
          places.map((place) => events.find(({ position }) => position === place.position) ?? null),
        ),
    });
    await harness.untilCaughtUp();
    await harness.deploy([newer]);
    const rebuilder = harness.rebuilder();
    await harness.untilBuild('account', 2, 'live');
    const details = { key: 'acme/a', reason: 'a spec' };
    const order = { action: 'skip', name: 'account', details, requestedBy: 'spec' } as const;
    const id = await requestProjectionAction(harness.owner, order);
    const outcome = await until('an outcome', async () => {
      return (await readProjectionRequest(harness.owner, id))?.outcome;
    });
    expect(outcome).toBe('done');
    await before.stop();
    harness.live();
    await rebuilder.ended;
    expect(await harness.buildOf('account', 2)).toMatchObject({ serving: true, appliedCount: 5n });
    await harness.expectFold(newer);
  });
});

describe('a new version of a read model on whose view others stand', () => {
  it('is given up with what to do, and served when that is done', async () => {
    harness = await RebuildHarness.create([accountProjection]);
    harness.log.append(events);
    await (await deployed([accountProjection])).stop();
    await harness.owner.pool.query('create view report as select balance from account');
    const live = await deployed([newer]);
    expect(await harness.states()).toEqual(['account 1 live serving', 'account 2 failed']);
    expect((await harness.buildOf('account', 2))?.failure).toMatch(/Drop them, then resume it\.$/);
    await harness.owner.pool.query('drop view report');
    expect(await harness.ask('resume', 'account')).toBe('done');
    await harness.rebuilder().ended;
    await live.stop();
    await harness.expectFold(newer);
  });
});
