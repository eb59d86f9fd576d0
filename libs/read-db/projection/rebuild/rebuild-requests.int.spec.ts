import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { listProjectionRequests } from '../../index.js';
import { accountProjection, turnoverProjection } from '../ledger.fixtures.js';
import { RebuildHarness, someHistory } from './rebuild.fixtures.js';

const both = [accountProjection, turnoverProjection];
const events = someHistory(400);

let harness: RebuildHarness | undefined;

beforeEach(async () => {
  await harness?.close();
});
afterAll(() => harness?.close());

async function served(): Promise<RebuildHarness> {
  harness = await RebuildHarness.create(both);
  harness.log.append(events.slice(0, 300));
  harness.live();
  await harness.untilCaughtUp();
  return harness;
}

/** A rebuild of `account` that stands still after some events, its rebuilder at work. */
async function halfFilled() {
  const there = await served();
  await there.ask('rebuild', 'account');
  const rebuilder = there.rebuilder({ log: there.log.stopping(150), batchSizeMax: 50 });
  await until('150 events', async () => (await there.buildOf('account', 2))?.eventsSeen === 150n);
  return { there, rebuilder };
}

describe('what is asked of builds', () => {
  it('is handled in order, once, and stays as the record of it', async () => {
    const there = await served();
    await there.ask('rebuild', 'account');
    await there.ask('rebuild', 'account');
    await there.ask('drop', 'turnover', 1);
    expect(await listProjectionRequests(there.worker)).toEqual([
      expect.objectContaining({ action: 'drop', name: 'turnover', build: 1, requestedBy: 'spec' }),
      expect.objectContaining({
        build: null,
        outcome:
          'Build 2 of account is on its way already. Wait until it is served, or cancel it first.',
      }),
      expect.objectContaining({ build: 2, outcome: 'done', handledAt: expect.any(String) }),
    ]);
  });

  it.each([
    ['rebuild', 'song', undefined, 'There is no read model song. There are: account, turnover.'],
    ['cancel', 'account', undefined, 'No build of account is being filled.'],
    [
      'cancel',
      'account',
      1,
      'Build 1 of account is live and served. This is for one that is being filled.',
    ],
    ['cancel', 'account', 9, 'There is no build 9 of account.'],
    ['resume', 'account', undefined, 'No build of account was cancelled or has failed.'],
    ['rollback', 'account', undefined, 'No build of account is kept for a rollback.'],
    ['drop', 'account', undefined, 'Say which build of account to drop.'],
    [
      'drop',
      'account',
      1,
      'Build 1 of account is live and served. This is for one that is kept, cancelled or failed, and not served.',
    ],
  ] as const)('is refused with a sentence: %s %s %s', async (action, name, build, outcome) => {
    const there = await served();
    expect(await there.ask(action, name, build)).toBe(outcome);
    expect(await there.states()).toEqual(['account 1 live serving', 'turnover 1 live serving']);
  });

  it('is left to the live engine where it is about dead letters', async () => {
    const there = await served();
    expect(await there.ask('retry', 'account')).toBeNull();
  });

  it('tells what the database said where that refuses it', async () => {
    const there = await served();
    await there.owner.pool.query('create table account_v1_b2 (n integer)');
    expect(await there.ask('rebuild', 'account')).toMatch(
      /^Nothing was done, because the database refused it: relation "account_v1_b2" already exists/,
    );
    expect(await there.states()).not.toContain('account 2 requested');
  });
});

describe('a rebuild that is cancelled', () => {
  it('stops at once, keeps its table, and goes on from there when it is resumed', async () => {
    const { there, rebuilder } = await halfFilled();
    expect(await there.ask('cancel', 'account')).toBe('done');
    await rebuilder.ended;
    expect(await there.buildOf('account', 2)).toMatchObject({
      state: 'cancelled',
      position: events[149]!.position,
      finishedAt: expect.any(String),
    });
    expect(await there.ask('resume', 'account')).toBe('done');
    const again = there.rebuilder();
    await again.ended;
    expect(again.notices).toContainEqual(
      expect.objectContaining({ kind: 'filling', after: events[149]!.position }),
    );
    await there.expectFold(accountProjection);
  });

  it('lets those that are filled with it go on', async () => {
    const there = await served();
    for (const { name } of both) await there.ask('rebuild', name);
    const rebuilder = there.rebuilder({ log: there.log.stopping(100) });
    await until(
      '100 events',
      async () => (await there.buildOf('turnover', 2))?.eventsSeen === 100n,
    );
    expect(await there.ask('cancel', 'account')).toBe('done');
    await rebuilder.stop();
    await there.rebuilder().ended;
    expect(await there.states()).toEqual([
      'account 1 live serving',
      'account 2 cancelled',
      'turnover 1 kept',
      'turnover 2 live serving',
    ]);
  });

  it('can be dropped, table and all', async () => {
    const { there, rebuilder } = await halfFilled();
    await there.ask('cancel', 'account');
    await rebuilder.ended;
    expect(await there.ask('drop', 'account', 2)).toBe('done');
    expect(await there.buildOf('account', 2)).toBeUndefined();
    const { rows } = await there.owner.pool.query(`select to_regclass('account_v1_b2') as found`);
    expect(rows).toEqual([{ found: null }]);
  });
});

describe('a rollback', () => {
  it('brings the kept build up to date, and lets queries read it again', async () => {
    const there = await served();
    await there.ask('rebuild', 'account');
    await there.rebuilder().ended;
    there.log.append(events.slice(300));
    await there.untilCaughtUp();
    expect(await there.ask('rollback', 'account')).toBe('done');
    await there.rebuilder().ended;
    expect(await there.states()).toContain('account 1 live serving');
    expect(await there.states()).toContain('account 2 kept');
    await there.expectFold(accountProjection);
    expect(await there.ask('drop', 'account', 2)).toBe('done');
  });
});
