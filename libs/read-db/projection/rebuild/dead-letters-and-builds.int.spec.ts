import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { history, until } from '#libs/testing';
import { countDeadLetters, readProjectionRequest, requestProjectionAction } from '../../index.js';
import { accountProjection, type LedgerEvent } from '../ledger.fixtures.js';
import { type Poison, spoiledAccounts } from '../poison.fixtures.js';
import { type Projection } from '../projection.js';
import { RebuildHarness } from './rebuild.fixtures.js';

const paid = (account: string, amount: number): LedgerEvent => ({
  type: 'Paid',
  data: { account, amount, note: null },
});

/** At positions 100, 200, 300 … */
const events = history([
  paid('a', 1),
  paid('a', 2),
  paid('b', 4),
  paid('a', 8),
  paid('b', 16),
  paid('a', 32),
  paid('b', 64),
]);
const poison: Poison = new Map([[200n, 'change']]);
const broken = [spoiledAccounts(poison)];
const mended = [accountProjection];

let harness: RebuildHarness;

beforeEach(async () => {
  harness = await RebuildHarness.create(mended);
  harness.log.append(events.slice(0, 5));
});

afterEach(() => harness.close());

function live(projections: readonly Projection[]) {
  return harness.live({
    projections,
    reread: (places) =>
      Promise.resolve(
        places.map(({ position }) => events.find((event) => event.position === position) ?? null),
      ),
  });
}

async function askEngine(action: 'retry' | 'skip', key: string): Promise<string> {
  const details = { key, reason: 'a spec' };
  const order = { action, name: 'account', details, requestedBy: 'spec' } as const;
  const id = await requestProjectionAction(harness.owner, order);
  return until('an outcome', async () => {
    return (await readProjectionRequest(harness.owner, id))?.outcome;
  });
}

describe('a build of a read model with dead letters', () => {
  it('leaves out what was skipped in the one before, and is served', async () => {
    const engine = live(broken);
    await harness.untilCaughtUp();
    expect(await askEngine('skip', 'acme/a')).toBe('done');
    await harness.ask('rebuild', 'account');
    await harness.rebuilder({ projections: broken }).ended;
    await engine.stop();
    const served = await harness.buildOf('account', 2);
    expect(served).toMatchObject({ serving: true, appliedCount: 4n });
    expect(await harness.rowsOf(accountProjection, 'account_v1_b2')).toEqual(
      await harness.rowsOf(accountProjection, 'account_v1_b1'),
    );
    expect(await countDeadLetters(harness.owner)).toMatchObject([
      { build: 1, parked: 0, skipped: 1 },
      { build: 2, parked: 0, skipped: 1 },
    ]);
  });

  it('does not park while it is filled, but names the event', async () => {
    const engine = live(broken);
    await harness.untilCaughtUp();
    await harness.ask('rebuild', 'account');
    await harness.rebuilder({ projections: broken }).ended;
    await engine.stop();
    expect(await harness.buildOf('account', 2)).toMatchObject({
      state: 'failed',
      failure: `Paid ${events[1]!.id} at position 200: cannot change it`,
    });
    expect(await countDeadLetters(harness.owner)).toMatchObject([{ build: 1, parked: 2 }]);
  });

  it('needs no retry where the program was mended', async () => {
    const poisoned = live(broken);
    await harness.untilCaughtUp();
    await poisoned.stop();
    const engine = live(mended);
    await harness.ask('rebuild', 'account');
    await harness.rebuilder().ended;
    await engine.stop();
    await harness.expectFold(accountProjection);
    expect((await harness.buildOf('account', 2))?.serving).toBe(true);
  });

  it('keeps them in order through a rollback, and applies them when they are retried', async () => {
    const poisoned = live(broken);
    await harness.untilCaughtUp();
    await poisoned.stop();
    const engine = live(mended);
    await harness.ask('rebuild', 'account');
    await harness.rebuilder().ended;
    harness.log.append(events.slice(5));
    await harness.untilCaughtUp();
    expect(await harness.ask('rollback', 'account')).toBe('done');
    await harness.rebuilder().ended;
    await harness.untilCaughtUp();
    expect(await harness.buildOf('account', 1)).toMatchObject({ serving: true, appliedCount: 4n });
    expect(await countDeadLetters(harness.owner)).toMatchObject([{ build: 1, keys: 1, parked: 3 }]);
    expect(await askEngine('retry', 'acme/a')).toBe('done');
    await engine.stop();
    await harness.expectFold(accountProjection);
  });
});
