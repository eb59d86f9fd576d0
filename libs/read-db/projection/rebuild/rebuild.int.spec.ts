import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accountProjection, ledgerHistory, turnoverProjection } from '../ledger.fixtures.js';
import { RebuildHarness } from './rebuild.fixtures.js';

const both = [accountProjection, turnoverProjection];
let harness: RebuildHarness;

afterEach(() => harness.close());

const [history] = fc.sample(
  ledgerHistory(600).filter(({ length }) => length > 500),
  { numRuns: 1, seed: 21 },
);
const events = history!;

describe('a rebuild', () => {
  it('fills a table beside the one that is served, and lets queries read it when it is ready', async () => {
    harness = await RebuildHarness.create(both);
    harness.log.append(events.slice(0, 400));
    harness.live();
    await harness.untilCaughtUp();
    expect(await harness.ask('rebuild', 'account')).toBe('done');
    expect(await harness.ask('rebuild', 'turnover')).toBe('done');
    const rebuilder = harness.rebuilder();
    harness.log.append(events.slice(400));
    await rebuilder.ended;

    expect(await harness.states()).toEqual([
      'account 1 kept',
      'account 2 live serving',
      'turnover 1 kept',
      'turnover 2 live serving',
    ]);
    await harness.untilCaughtUp();
    for (const each of both) await harness.expectFold(each);
    expect((await harness.buildOf('account', 2))?.finding).toMatch(
      /^It applied \d+ events, up to position \d+, as the log says\. Its rows equal those of build 1\.$/,
    );
  });
});
