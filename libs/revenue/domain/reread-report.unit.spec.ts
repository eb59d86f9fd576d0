import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callBridged, callEnded, destinationDialed, transferRequested } from '#events/testing';
import { entriesIn, LedgerStream, sumsOf } from './ledger.fixtures.js';
import { type LedgerEvent } from './transfer-ledger.js';

const ended = callEnded({ transferId: 'transfer-1', connectedSeconds: 120 });
const aStream = () =>
  new LedgerStream(transferRequested(), destinationDialed(), callBridged(), ended);
const minute = (at: number) => `2026-01-06T17:${String(at).padStart(2, '0')}:00.000Z`;

/** Type and change of each entry, e.g. `RevenueConfirmed 0 4500 USD`. */
const told = (events: readonly LedgerEvent[]) =>
  entriesIn(events).map(({ type, data }) =>
    [type, data.fromMinor, data.toMinor, data.currency].join(' '),
  );

describe('a report that is read anew', () => {
  it('is worth what it says now, in its own place', () => {
    const stream = aStream();
    stream.apply({});
    stream.apply({
      postbackId: 'hit-2',
      payoutMinor: 500,
      payoutMode: 'add',
      receivedAt: minute(9),
    });
    const events = stream.reread({ payoutMinor: 6_000 });
    expect(events.map(({ type }) => type)).toEqual([
      ...['PostbackDetached', 'PostbackMatched', 'RevenueRevised'],
    ]);
    expect(told(events)).toEqual(['RevenueRevised 5000 6500 USD']);
    expect(entriesIn(events)).toMatchObject([
      { data: { reason: 'read_anew', becauseOf: 'hit-1', confirmed: true } },
    ]);
    expect(stream.reread({ payoutMinor: 6_000 })).toEqual([]);
  });

  it('confirms what the transfer is worth if it told no amount before', () => {
    const stream = aStream();
    stream.apply({ payoutMinor: null });
    expect(told(stream.reread({}))).toEqual(['RevenueConfirmed 0 4500 USD']);
  });

  it('is told by whom its token speaks for now, without an entry', () => {
    const stream = aStream();
    stream.apply({});
    const sender = { tokenId: 'token-1', destinationId: 'buyer-1' };
    const events = stream.reread({ sender });
    expect(events.map(({ type }) => type)).toEqual(['PostbackDetached', 'PostbackMatched']);
    expect(stream.ledger.transfers[0]?.reports).toMatchObject([{ sender }]);
    expect(stream.reread({ sender })).toEqual([]);
  });

  it('is refused under the name of another call, and taken off, where one is there already', () => {
    const stream = aStream();
    stream.apply({ vendorCallId: 'call-1' });
    stream.apply({ postbackId: 'hit-2', vendorCallId: 'call-3', payoutMinor: 6_000 });
    const events = stream.reread({
      ...{ postbackId: 'hit-2', vendorCallId: 'call-2', payoutMinor: 6_000 },
    });
    expect(events.map(({ type }) => type)).toEqual([
      ...['PostbackDetached', 'RevenueRevised', 'PostbackRefused'],
    ]);
    expect(entriesIn(events)).toMatchObject([{ data: { reason: 'read_anew', becauseOf: null } }]);
    expect(events.at(-1)).toMatchObject({ data: { postbackId: 'hit-2', takenBy: 'call-1' } });
    expect(stream.ledger.transfers[0]?.reports).toMatchObject([{ postbackId: 'hit-1' }]);
  });

  it('keeps its transfer under the name of another call where a person found that right', () => {
    const stream = aStream();
    stream.apply({ vendorCallId: 'call-1' });
    stream.apply({ postbackId: 'hit-2', vendorCallId: null, payoutMinor: 6_000 });
    const named = { postbackId: 'hit-2', vendorCallId: 'call-2', payoutMinor: 6_000 };
    const types = stream.reread(named, { isConfirmed: true }).map(({ type }) => type);
    expect(types).toEqual(['PostbackDetached', 'PostbackMatched']);
    expect(sumsOf(stream.events, 'transfer-1')).toEqual({ USD: 6_000 });
  });

  it('is refused where the one that it followed by its old name has another one now', () => {
    const stream = aStream();
    stream.apply({ vendorCallId: 'campaign' });
    const second = { postbackId: 'hit-2', receivedAt: minute(9), payoutMinor: 6_000 };
    stream.apply({ ...second, vendorCallId: 'campaign' }, 'transfer-1', 'vendor_call_id');
    stream.reread({ vendorCallId: 'call-1' });
    const parted = stream.reread({ ...second, vendorCallId: 'call-2' }, { rule: 'vendor_call_id' });
    expect(parted.at(-1)).toMatchObject({
      ...{ type: 'PostbackRefused', data: { postbackId: 'hit-2', takenBy: 'call-1' } },
    });
    expect(sumsOf(stream.events, 'transfer-1')).toEqual({ USD: 4_500 });
  });

  it('keeps its transfer under another name beside those that bear the old one still', () => {
    const stream = aStream();
    stream.apply({ vendorCallId: 'campaign' });
    const second = { postbackId: 'hit-2', receivedAt: minute(9) };
    stream.apply({ ...second, vendorCallId: 'campaign' }, 'transfer-1', 'vendor_call_id');
    const renamed = { ...second, vendorCallId: 'call-2' };
    const types = stream.reread(renamed, { rule: 'vendor_call_id' }).map(({ type }) => type);
    expect(types).toEqual(['PostbackDetached', 'PostbackMatched']);
  });

  it('keeps its transfer under another name where no other call is there', () => {
    const stream = aStream();
    stream.apply({ vendorCallId: 'call-1' });
    stream.reread({ vendorCallId: 'call-2' });
    expect(stream.ledger.transfers[0]?.reports).toMatchObject([{ vendorCallId: 'call-2' }]);
  });

  it('changes nothing where it does not count', () => {
    expect(aStream().reread({})).toEqual([]);
  });
});

/** A token for any destination, one for that of the transfer, and a statement of it. */
const senders = [
  { tokenId: 'token-1', destinationId: null },
  { tokenId: 'token-2', destinationId: 'buyer-1' },
  { tokenId: null, destinationId: 'buyer-1' },
];
const report = fc.record({
  sender: fc.constantFrom(...senders),
  payoutMinor: fc.constantFrom(500, 4_500, -500, null),
  payoutMode: fc.constantFrom('set', 'add'),
});
/** The reports of a call, and the order in which they are read anew. */
const reportsOfCall = fc
  .array(report, { minLength: 1, maxLength: 5 })
  .map((reports) =>
    reports.map((each, at) => ({
      ...each,
      ...{ postbackId: `hit-${at}`, vendorCallId: 'call-1', receivedAt: minute(at) },
    })),
  )
  .chain((reports) =>
    fc.record({
      reports: fc.constant(reports),
      inOrder: fc.shuffledSubarray(reports, { minLength: reports.length }),
    }),
  );

describe('a call that is renamed', () => {
  it('keeps its transfer and its worth, whichever of its reports is read anew first', () => {
    fc.assert(
      fc.property(reportsOfCall, ({ reports, inOrder }) => {
        const stream = aStream();
        for (const each of reports) stream.apply(each);
        const worth = sumsOf(stream.events, 'transfer-1');
        const types = inOrder
          .flatMap((each) => stream.reread({ ...each, vendorCallId: 'X1' }))
          .map(({ type }) => type);
        expect(types).not.toContain('PostbackRefused');
        const names = stream.ledger.transfers[0]?.reports.map(({ vendorCallId }) => vendorCallId);
        expect(names).toEqual(reports.map(() => 'X1'));
        expect(sumsOf(stream.events, 'transfer-1')).toEqual(worth);
      }),
    );
  });
});
