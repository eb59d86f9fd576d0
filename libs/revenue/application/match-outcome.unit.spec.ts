import { type TenantId } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { anInput, aTransfer, named } from '../domain/revenue.fixtures.js';
import { type MatchInput, type TransferFacts } from '../domain/transfer-facts.js';
import { matchOutcome } from './match-outcome.js';
import { type SoughtCall } from './transfer-finder.js';

const taken = aTransfer({ confirmedBy: [named('v1')] });
const free = aTransfer({ transferId: 'free' });

/**
 * Of a report for which one is found that is taken, and when looking on what comes in each step.
 */
function outcomeOf(nearest: Partial<MatchInput>, ...steps: TransferFacts[]) {
  const input = anInput({ vendorCallId: 'v2' }, { candidates: [taken], ...nearest });
  const finder = {
    inputFor: () => Promise.resolve(input),
    withFurther: (_: TenantId, __: SoughtCall, before: MatchInput) =>
      Promise.resolve({ ...before, candidates: [...before.candidates, ...steps.splice(0, 1)] }),
  };
  return matchOutcome(finder, 'acme' as TenantId, {} as SoughtCall);
}

describe('a report whose nearest transfers are all of other calls', () => {
  it('is about a free one further away, where there are more than were looked at', async () => {
    expect(await outcomeOf({ wereCut: true }, free)).toMatchObject({
      ...{ kind: 'matched', transfer: { transferId: 'free' } },
    });
  });

  it('is about the one behind those that were taken since the read side was told', async () => {
    const taken2 = { ...taken, transferId: 'taken-2' };
    const taken3 = { ...taken, transferId: 'taken-3' };
    expect(await outcomeOf({ wereCut: true }, taken2, taken3, free)).toMatchObject({
      ...{ kind: 'matched', transfer: { transferId: 'free' } },
    });
  });

  it('waits where there are no more', async () => {
    const conflict = { reason: 'already_matched_conflict' };
    expect(await outcomeOf({}, free)).toMatchObject(conflict);
    expect(await outcomeOf({ wereCut: true })).toMatchObject(conflict);
  });
});
