import { type TenantId } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { anInput, aTransfer, named } from '../domain/revenue.fixtures.js';
import { type MatchInput } from '../domain/transfer-facts.js';
import { matchOutcome } from './match-outcome.js';
import { type SoughtCall } from './transfer-finder.js';

const taken = aTransfer({ confirmedBy: [named('v1')] });
const free = aTransfer({ transferId: 'free' });

/** Of a report for which one is found that is taken, and one that is free when looking on. */
function outcomeOf(nearest: Partial<MatchInput>) {
  const input = anInput({ vendorCallId: 'v2' }, { candidates: [taken], ...nearest });
  const finder = {
    inputFor: () => Promise.resolve(input),
    withFurther: (_: TenantId, __: SoughtCall, before: MatchInput) =>
      Promise.resolve({ ...before, candidates: [...before.candidates, free] }),
  };
  return matchOutcome(finder, 'acme' as TenantId, {} as SoughtCall);
}

describe('a report whose nearest transfers are all of other calls', () => {
  it('is about a free one further away, where there are more than were looked at', async () => {
    expect(await outcomeOf({ wereCut: true })).toMatchObject({
      ...{ kind: 'matched', transfer: { transferId: 'free' } },
    });
  });

  it('waits where there are no more', async () => {
    expect(await outcomeOf({})).toMatchObject({ reason: 'already_matched_conflict' });
  });
});
