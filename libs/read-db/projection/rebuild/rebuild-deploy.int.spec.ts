import { afterEach, describe, expect, it } from '@jest/globals';
import { accountProjection, turnoverProjection } from '../ledger.fixtures.js';
import { type ProjectedEvent, type Projection } from '../projection.js';
import { text } from '../table.js';
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

describe('a new version of a read model', () => {
  const { columns } = accountProjection.table;
  const newer: Projection = {
    ...accountProjection,
    version: 2,
    table: { ...accountProjection.table, columns: { ...columns, word: text() } },
    on: Object.fromEntries(
      Object.entries(accountProjection.on).map(([type, handler]) => [
        type,
        (event: ProjectedEvent) =>
          [handler(event)].flat().map((touch) => ({
            ...touch,
            change: (row: object | undefined) => {
              const after = touch.change(row);
              return after === null || after === undefined ? after : { ...after, word: type };
            },
          })),
      ]),
    ),
  };

  it('is filled beside the one before, which serves until it is ready', async () => {
    const live = await served();
    await live.stop();
    await harness.deploy([newer, turnoverProjection]);
    expect(await harness.states()).toEqual([
      'account 1 live serving',
      'account 2 requested',
      'turnover 1 live serving',
    ]);
    expect((await harness.buildOf('account', 2))?.requestedBy).toBe('deploy');
    expect(await harness.rowsOf(accountProjection, 'account')).not.toEqual([]);

    harness.log.append(events.slice(300));
    harness.live();
    await harness.rebuilder().ended;
    await harness.untilCaughtUp();
    expect(await harness.states()).toContain('account 2 live serving');
    expect(await harness.states()).toContain('account 1 kept');
    await harness.expectFold(newer);
    await harness.expectFold(turnoverProjection);
  });

  it('is served once a worker of that version applies it, and not before', async () => {
    const earlier = await served();
    await harness.deploy([newer, turnoverProjection]);
    const rebuilder = harness.rebuilder();
    await harness.untilBuild('account', 2, 'live');
    harness.log.append(events.slice(300));
    expect((await harness.buildOf('account', 1))?.serving).toBe(true);
    const later = harness.live();
    await earlier.stop();
    await rebuilder.ended;
    await harness.untilCaughtUp();
    await harness.expectFold(newer);
    await later.stop();
  });

  it('can be taken back with the program that is deployed again', async () => {
    const live = await served();
    await live.stop();
    await harness.deploy([newer, turnoverProjection]);
    const later = harness.live();
    await harness.rebuilder().ended;
    expect(await harness.ask('rollback', 'account')).toMatch(
      /^Build 1 of account is of version 1, which this program cannot bring up to date/,
    );
    await later.stop();
    harness.log.append(events.slice(300));
    await harness.deploy(both);
    harness.live();
    expect(await harness.ask('rollback', 'account')).toBe('done');
    await harness.rebuilder().ended;
    await harness.untilCaughtUp();
    expect(await harness.states()).toContain('account 1 live serving');
    await harness.expectFold(accountProjection);
  });
});

describe('a read model that is new to a log with a history', () => {
  it('is filled by the rebuilder, while the others keep their lag', async () => {
    const earlier = await served([accountProjection]);
    await earlier.stop();
    await harness.deploy(both);
    expect(await harness.states()).toEqual([
      'account 1 live serving',
      'turnover 1 requested serving',
    ]);
    harness.live();
    await harness.rebuilder().ended;
    expect(await harness.states()).toContain('turnover 1 live serving');
    await harness.untilCaughtUp();
    await harness.expectFold(turnoverProjection);
    expect((await harness.buildOf('turnover', 1))?.finding).toMatch(/as the log says\.$/);
  });
});
