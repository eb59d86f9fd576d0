import { describe, expect, it } from '@jest/globals';
import { type Matched, matchPostback, type Unmatched } from './matching.js';
import { type Reading } from './postback.events.js';
import { afterBridge, anInput, aTransfer, named } from './revenue.fixtures.js';
import { type MatchInput, type TransferFacts } from './transfer-facts.js';

const hours = (count: number) => count * 3_600_000;
const window = hours(4);
const bridge = aTransfer();

function found(input: MatchInput): Matched {
  const outcome = matchPostback(input);
  expect(outcome).toMatchObject({ kind: 'matched' });
  return outcome as Matched;
}

function missed(input: MatchInput): Unmatched {
  const outcome = matchPostback(input);
  expect(outcome).toMatchObject({ kind: 'unmatched' });
  return outcome as Unmatched;
}

const ofCaller = (reading: Partial<Reading>, ...candidates: TransferFacts[]) =>
  anInput(reading, { candidates });

describe('a report that names the caller', () => {
  it.each([
    ['at the bridge', 0],
    ['four hours after', window],
    ['four hours before', -window],
    ['a millisecond short of it', window - 1],
  ])('is about a transfer %s', (_, offsetMs) => {
    const callAt = afterBridge(offsetMs);
    const receivedAt = afterBridge(window + 1);
    const input = { ...ofCaller({ callAt }, bridge), receivedAt };
    const { transfer, match } = found(input);
    expect(transfer).toBe(bridge);
    expect(match).toEqual({
      ...{ rulesVersion: 5, mapVersion: '1.0', rule: 'caller', warnings: [], ambiguous: false },
      distanceMs: Math.abs(offsetMs),
      candidates: [
        {
          ...{ transferId: 'transfer-1', leadId: 'lead-1', anchorAt: afterBridge(0) },
          ...{ distanceMs: Math.abs(offsetMs), bridged: true, takenBy: null },
          ...{ destinationMatches: false, durationMatches: false },
        },
      ],
    });
  });

  it.each([window + 1, -window - 1])('is not about a transfer %i ms away', (offsetMs) => {
    const input = {
      ...ofCaller({ callAt: afterBridge(offsetMs) }, bridge),
      receivedAt: afterBridge(hours(9)),
    };
    expect(missed(input)).toEqual({
      ...{ kind: 'unmatched', reason: 'outside_window', nearestMs: window + 1 },
    });
  });

  it('may come before the bridge, before the dialing even', () => {
    const unbridged = aTransfer({ bridgedAt: null, endedAt: null, connectedSeconds: null });
    const dialed = found(ofCaller({ callAt: afterBridge(0) }, unbridged));
    expect(dialed.match).toMatchObject({ distanceMs: 9_000, candidates: [{ bridged: false }] });
    const undialed = found(ofCaller({ callAt: afterBridge(0) }, { ...unbridged, dialedAt: null }));
    expect(undialed.match).toMatchObject({ distanceMs: 10_000 });
  });

  it('is of its receipt where it tells no time, or one more than 5 minutes ahead', () => {
    const at = (callAt: string | null) =>
      found({ ...ofCaller({ callAt }, { ...bridge, endedAt: null }), receivedAt: afterBridge(5) })
        .match;
    expect(at(null)).toMatchObject({ distanceMs: 5, warnings: [] });
    expect(at(afterBridge(300_005))).toMatchObject({ distanceMs: 300_005, warnings: [] });
    expect(at(afterBridge(300_006))).toMatchObject({
      ...{ distanceMs: 5, warnings: ['call_time_in_future'] },
    });
  });

  it('may be about a call of many hours that is just over, if its receipt is all that is known', () => {
    const long = aTransfer({ endedAt: afterBridge(hours(5)) });
    const receivedAt = afterBridge(hours(9));
    const input = { ...ofCaller({ callAt: null }, long), receivedAt };
    expect(found(input).match).toMatchObject({
      ...{ distanceMs: hours(4), candidates: [{ anchorAt: afterBridge(hours(5)) }] },
    });
    expect(missed({ ...input, receivedAt: afterBridge(hours(9) + 1) }).nearestMs).toBe(window + 1);
    const told = { ...ofCaller({ callAt: afterBridge(hours(5)) }, long), receivedAt };
    expect(missed(told).nearestMs).toBe(hours(5));
  });

  it('is about no transfer of others', () => {
    expect(missed(anInput())).toMatchObject({ reason: 'no_transfer_for_caller', nearestMs: null });
  });
});

describe('a report without a caller', () => {
  it.each<[Partial<Reading>, Unmatched['reason']]>([
    [{ callerProblem: 'missing' }, 'caller_missing'],
    [{ callerProblem: 'unparseable' }, 'caller_unparseable'],
    [{ callerProblem: 'anonymous' }, 'caller_anonymous'],
    [{ callerProblem: 'anonymous', ids: ['nobody'] }, 'unknown_id'],
    [{ callerProblem: 'missing', format: 'unreadable' }, 'unreadable'],
  ])('%j is unmatched as %s', (reading, reason) => {
    const input = ofCaller({ callerHash: null, ...reading }, bridge);
    expect(missed(input)).toEqual({ kind: 'unmatched', reason, nearestMs: null });
  });
});

describe('among transfers of the same caller', () => {
  const other = aTransfer({
    ...{ transferId: 'transfer-2', leadId: 'lead-2', callId: 'call-2', destinationId: 'buyer-2' },
    ...{ destinationName: 'Café Sun, Inc.', bridgedAt: afterBridge(hours(1)) },
    ...{ endedAt: afterBridge(hours(2)), connectedSeconds: 3_600 },
  });
  const near = { callAt: afterBridge(60_000) };

  it('the nearest one is meant', () => {
    expect(found(ofCaller(near, other, bridge)).transfer).toBe(bridge);
    const later = { receivedAt: afterBridge(hours(2)), candidates: [bridge, other] };
    expect(found(anInput({ callAt: afterBridge(hours(1)) }, later)).transfer).toBe(other);
  });

  it.each<[string, Partial<MatchInput>, Partial<Reading>, Partial<TransferFacts>]>([
    ['one to the destination of the token', { tokenDestinationId: 'buyer-2' }, {}, {}],
    ['one that was bridged', {}, {}, { bridgedAt: null }],
    ['one to the buyer that is named', {}, { buyer: 'CAFÉ SUN INC' }, {}],
    ['one to the destination whose id is named', {}, { buyer: 'buyer-2' }, {}],
    [
      'one that no other call is known for',
      {},
      { vendorCallId: 'v2' },
      { confirmedBy: [named('v1')] },
    ],
    ['one that lasted as long', {}, { durationSeconds: 3_540 }, {}],
  ])('%s comes before the nearest', (_, input, reading, nearest) => {
    const candidates = [aTransfer(nearest), other];
    const { transfer, match } = found({
      ...anInput({ ...near, ...reading }),
      candidates,
      ...input,
    });
    expect(transfer).toBe(other);
    expect(match.candidates.map(({ transferId }) => transferId)).toEqual([
      ...['transfer-2', 'transfer-1'],
    ]);
  });

  it('the destination of the token comes before a bridge elsewhere', () => {
    const refused = { ...other, bridgedAt: null, endedAt: null, connectedSeconds: null };
    const input = { ...ofCaller(near, bridge, refused), tokenDestinationId: 'buyer-2' };
    expect(found(input).transfer).toBe(refused);
  });

  it('each merit comes before all that follow', () => {
    const merits: Partial<TransferFacts>[] = [
      { bridgedAt: null },
      { destinationName: 'Somebody Else' },
      { confirmedBy: [named('v1')] },
      { connectedSeconds: 181 },
    ];
    const reading = { ...near, buyer: 'Bright Solar', vendorCallId: 'v2', durationSeconds: 120 };
    const far: Partial<TransferFacts> = {
      transferId: 'transfer-2',
      bridgedAt: afterBridge(hours(1)),
      endedAt: null,
    };
    for (const [index, lack] of merits.entries()) {
      const nearest = aTransfer(lack);
      // One that is taken is no match at all, so that it is told from others by that alone.
      const following = merits.slice(index + 1).filter((lack) => !('confirmedBy' in lack));
      const lacking = following.reduce((all, each) => ({ ...all, ...each }), far);
      const best = aTransfer(lacking);
      expect(found(ofCaller(reading, nearest, best)).transfer).toBe(best);
    }
  });

  it('durations differ by up to 60 s', () => {
    const durationMatches = (durationSeconds: number | null) =>
      found(ofCaller({ durationSeconds }, bridge)).match.candidates[0]?.durationMatches;
    expect([60, 180, 59, 181, null].map(durationMatches)).toEqual([
      ...[true, true, false, false, false],
    ]);
  });

  it('all of them are considered where none went to the destination of the token', () => {
    const input = { ...ofCaller(near, bridge, other), tokenDestinationId: 'buyer-3' };
    expect(found(input)).toMatchObject({
      ...{ transfer: bridge, match: { warnings: ['destination_mismatch'] } },
    });
  });

  it('the later one is meant if they are as near, and then that of the lower id', () => {
    const apart = (id: string, ms: number) =>
      aTransfer({ transferId: id, bridgedAt: afterBridge(ms), endedAt: null });
    const at = { callAt: afterBridge(0) };
    expect(found(ofCaller(at, apart('a', -500), apart('b', 500))).transfer.transferId).toBe('b');
    expect(found(ofCaller(at, apart('d', 500), apart('c', 500))).transfer.transferId).toBe('c');
  });

  it.each([
    [29_999, true],
    [30_000, false],
  ])('nothing but %i ms tells two apart: ambiguous is %p', (laterMs, ambiguous) => {
    const twin = aTransfer({ transferId: 'transfer-2', bridgedAt: afterBridge(laterMs) });
    const { transfer, match } = found(ofCaller({}, twin, bridge));
    expect(transfer).toBe(bridge);
    expect(match.ambiguous).toBe(ambiguous);
  });

  it('two are not ambiguous if a merit tells them apart', () => {
    const twin = aTransfer({ transferId: 'transfer-2', bridgedAt: afterBridge(1) });
    const input = ofCaller({ durationSeconds: 120 }, bridge, { ...twin, connectedSeconds: 999 });
    expect(found(input).match.ambiguous).toBe(false);
  });
});

describe('a report that echoes an id of ours', () => {
  const late = { callAt: afterBridge(hours(4) + 1) };
  const receivedAt = afterBridge(hours(24 * 100));

  it('is about that transfer, at any time and whoever called', () => {
    const reading = { ids: ['transfer-1'], callAt: afterBridge(0), callerHash: null };
    const { transfer, match } = found(anInput(reading, { receivedAt, byId: [bridge] }));
    expect(transfer).toBe(bridge);
    expect(match).toMatchObject({ rule: 'our_id', distanceMs: null, warnings: [] });
  });

  it('is warned of beyond four hours', () => {
    const input = anInput({ ids: ['transfer-1'], ...late }, { receivedAt, byId: [bridge] });
    expect(found(input).match.warnings).toEqual(['outside_window']);
  });

  it('is about the transfer that it names, whatever else it names', () => {
    const later = aTransfer({ transferId: 'transfer-0', requestedAt: afterBridge(600_000) });
    const ids = ['lead-1', 'transfer-1'];
    expect(found(anInput({ ids }, { byId: [later, bridge] })).transfer).toBe(bridge);
  });

  it('is about it even if the sender’s call id is linked to another one', () => {
    const other = aTransfer({ transferId: 'transfer-2' });
    const input = anInput({ ids: ['transfer-1'] }, { byId: [bridge], byVendorCallId: other });
    expect(found(input)).toMatchObject({
      ...{ transfer: bridge, match: { warnings: ['vendor_call_id_of_another_transfer'] } },
    });
  });

  it('goes by the caller if nobody knows the id', () => {
    const { match } = found(ofCaller({ ids: ['nobody'] }, bridge));
    expect(match).toMatchObject({ rule: 'caller', warnings: ['unknown_id'] });
  });

  it('is warned of if the token is for another destination', () => {
    const input = anInput({ ids: ['transfer-1'] }, { byId: [bridge], tokenDestinationId: 'x' });
    expect(found(input).match.warnings).toEqual(['destination_mismatch']);
  });
});

describe('a report of a call that was reported before', () => {
  it('is about the same transfer, however late and whoever called', () => {
    const nearer = aTransfer({ transferId: 'transfer-2' });
    const linked = aTransfer({
      bridgedAt: afterBridge(-hours(24 * 60)),
      confirmedBy: [named('v1')],
    });
    const input = anInput(
      { vendorCallId: 'v1' },
      { candidates: [nearer], byVendorCallId: linked, receivedAt: afterBridge(hours(24)) },
    );
    const { transfer, match } = found(input);
    expect(transfer).toBe(linked);
    expect(match).toMatchObject({ rule: 'vendor_call_id', distanceMs: null, warnings: [] });
  });
});

describe('a report that is billable and pays nothing', () => {
  it('is warned of', () => {
    const { match } = found(ofCaller({ billable: true, payoutMinor: 0 }, bridge));
    expect(match.warnings).toEqual(['billable_without_payout']);
  });
});

describe('a report of a call that the sender calls a duplicate', () => {
  it('is warned of', () => {
    expect(found(ofCaller({ isDuplicate: true }, bridge)).match.warnings).toEqual([
      ...['called_duplicate'],
    ]);
  });
});
