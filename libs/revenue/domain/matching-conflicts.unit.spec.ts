import { describe, expect, it } from '@jest/globals';
import { matchPostback, mayBeFurther } from './matching.js';
import { type Reading } from './postback.events.js';
import { afterBridge, anInput, aTransfer, named } from './revenue.fixtures.js';
import { type MatchInput, type TransferFacts } from './transfer-facts.js';

const hours = (count: number) => count * 3_600_000;

const ofCaller = (reading: Partial<Reading>, ...candidates: TransferFacts[]) =>
  anInput(reading, { candidates });

const idsFound = (input: MatchInput) => {
  const outcome = matchPostback(input);
  return outcome.kind === 'matched' ? outcome.transfer.transferId : outcome.reason;
};

describe('a report of a number that too many were shown', () => {
  it('says that not all were looked at', () => {
    const input = { ...ofCaller({}, aTransfer()), wereCut: true };
    expect(matchPostback(input)).toMatchObject({ match: { warnings: ['candidates_cut'] } });
  });

  it('may be about one further away only where all that were looked at are taken', () => {
    const taken = aTransfer({ confirmedBy: [named('v1')] });
    const isToLookOn = (transfer: TransferFacts, wereCut: boolean) => {
      const input = { ...ofCaller({ vendorCallId: 'v2' }, transfer), wereCut };
      return mayBeFurther(input, matchPostback(input));
    };
    expect([isToLookOn(taken, true), isToLookOn(taken, false)]).toEqual([true, false]);
    expect(isToLookOn(aTransfer(), true)).toBe(false);
  });
});

describe('a report of a call with a name of its own', () => {
  const conflict = 'already_matched_conflict';
  const second = { vendorCallId: 'v2' };
  const taken = aTransfer({ confirmedBy: [named('v1')] });

  it('is not about a transfer of another call, however near', () => {
    expect(matchPostback(ofCaller(second, taken))).toEqual({
      ...{ kind: 'unmatched', reason: conflict, nearestMs: null },
    });
  });

  it('may be about a later transfer that no call is known for', () => {
    const free = aTransfer({ transferId: 'transfer-2', bridgedAt: afterBridge(hours(1)) });
    expect(idsFound(ofCaller(second, taken, free))).toBe(free.transferId);
    const far = { ...free, bridgedAt: afterBridge(hours(5)), endedAt: null };
    expect(idsFound(ofCaller(second, taken, far))).toBe(conflict);
  });

  it('is not about one that failed, and never about the bridged one of another call', () => {
    const failed = aTransfer({ transferId: 'transfer-2', bridgedAt: null, connectedSeconds: null });
    expect(idsFound(ofCaller(second, taken, failed))).toBe(conflict);
    expect(idsFound(ofCaller(second, failed))).toBe(failed.transferId);
    const echoed = anInput({ ...second, ids: ['transfer-1'] }, { byId: [taken] });
    expect(idsFound(echoed)).toBe('transfer-1');
  });

  it('is about the free one of another buyer if that was bridged, for a person to look at', () => {
    const there = { destinationId: 'buyer-2', destinationName: 'Café Sun' };
    const free = aTransfer({ ...there, transferId: 'transfer-2', bridgedAt: afterBridge(60_000) });
    const input = ofCaller({ ...second, buyer: 'Bright Solar' }, taken, free);
    expect(matchPostback(input)).toMatchObject({
      transfer: free,
      match: { ambiguous: true, candidates: [{ takenBy: null }, { takenBy: 'v1' }] },
    });
  });

  it('is about nothing that went elsewhere than its token is for', () => {
    const free = aTransfer({ transferId: 'transfer-2', destinationId: 'buyer-2' });
    const input = { ...ofCaller(second, taken, free), tokenDestinationId: 'buyer-1' };
    expect(idsFound(input)).toBe(conflict);
  });

  it('is about it where the call is the same, or has no name', () => {
    expect(idsFound(ofCaller({ vendorCallId: 'v1' }, taken))).toBe(taken.transferId);
    expect(idsFound(ofCaller({ vendorCallId: null }, taken))).toBe(taken.transferId);
  });
});
