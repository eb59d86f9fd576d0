import { describe, expect, it } from '@jest/globals';
import { type Matched, matchPostback } from './matching.js';
import { type Reading } from './postback.events.js';
import { afterBridge, anInput, aTransfer, named } from './revenue.fixtures.js';
import { type MatchInput, type TransferFacts } from './transfer-facts.js';

/** What the rules come to of a lead or call that is echoed. */
const found = (input: MatchInput) => matchPostback(input) as Matched;

const unbridged = { bridgedAt: null, endedAt: null, connectedSeconds: null };
const alpha = aTransfer({ transferId: 'alpha', destinationId: 'alpha' });
const gamma = aTransfer({ ...unbridged, transferId: 'gamma', destinationId: 'gamma' });
const later = { requestedAt: afterBridge(600_000) };

/** By the ids that we hand out to all destinations alike. */
describe.each(['lead-1', 'call-1'])('a report that echoes %s', (id) => {
  const echoed = (
    input: Partial<MatchInput>,
    byId: readonly TransferFacts[],
    reading: Partial<Reading> = {},
  ) => found(anInput({ ids: [id], ...reading }, { byId, ...input }));

  it('is about the transfer to the destination of its token, though another was bridged', () => {
    for (const [tokenDestinationId, transfer] of [
      ['gamma', gamma],
      ['alpha', alpha],
    ] as const) {
      const outcome = echoed({ tokenDestinationId }, [{ ...alpha, ...later }, gamma]);
      expect(outcome.transfer.transferId).toBe(transfer.transferId);
      expect(outcome.match).toMatchObject({ ambiguous: false, warnings: [] });
    }
  });

  it('is about the one that was bridged, though another was tried after it', () => {
    const outcome = echoed({}, [{ ...gamma, ...later }, alpha]);
    expect(outcome).toMatchObject({ transfer: alpha, match: { ambiguous: false } });
  });

  it('is about the one that its call id is linked to, before all others', () => {
    const linked = { ...gamma, confirmedBy: [named('v1')] };
    const input = { byVendorCallId: linked, tokenDestinationId: 'alpha' };
    const { transfer, match } = echoed(input, [{ ...alpha, ...later }, linked], {
      vendorCallId: 'v1',
    });
    expect(transfer).toBe(linked);
    expect(match).toMatchObject({ ambiguous: false, warnings: ['destination_mismatch'] });
  });

  it('is about the latest of several that nothing else tells apart, for a person to look at', () => {
    const second = { ...alpha, ...later, transferId: 'again' };
    for (const byId of [
      [alpha, second],
      [second, alpha],
    ]) {
      expect(echoed({}, byId)).toMatchObject({ transfer: second, match: { ambiguous: true } });
    }
    const twins = [gamma, { ...gamma, transferId: 'gamma-2' }];
    expect(echoed({}, twins)).toMatchObject({
      ...{ transfer: { transferId: 'gamma-2' }, match: { ambiguous: true } },
    });
  });

  it('falls back to those of others where none went to the destination of its token', () => {
    const outcome = echoed({ tokenDestinationId: 'delta' }, [alpha, { ...gamma, ...later }]);
    expect(outcome.transfer).toBe(alpha);
    expect(outcome.match).toMatchObject({
      ...{ ambiguous: true, warnings: ['destination_mismatch'] },
    });
  });
});

describe('a report that echoes the id of a transfer', () => {
  it('is about that one, whatever its token and its call id say', () => {
    const input = { byId: [alpha, gamma], byVendorCallId: alpha, tokenDestinationId: 'alpha' };
    expect(found(anInput({ ids: ['lead-1', 'gamma'] }, input))).toMatchObject({
      ...{ transfer: gamma, match: { ambiguous: false } },
    });
  });
});
