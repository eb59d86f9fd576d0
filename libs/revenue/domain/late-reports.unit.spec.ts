import { describe, expect, it } from '@jest/globals';
import { callBridged, callEnded, destinationDialed, transferRequested } from '#events/testing';
import { entriesIn, LedgerStream, minute, sumsOf, told } from './ledger.fixtures.js';

const ended = callEnded({
  ...{ disposition: 'transferred', transferId: 'transfer-1', connectedSeconds: 120 },
  estimate: { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' },
});

const aStream = () =>
  new LedgerStream(transferRequested(), destinationDialed(), callBridged(), ended);

describe('a report that is matched late', () => {
  it('takes its place before those that came after it', () => {
    const stream = aStream();
    stream.apply({
      postbackId: 'second',
      payoutMinor: 500,
      payoutMode: 'add',
      receivedAt: minute(9),
    });
    const events = stream.apply({ postbackId: 'first', receivedAt: minute(5) });
    expect(told(events)).toEqual(['RevenueRevised 500 5000 USD']);
    expect(entriesIn(events)).toMatchObject([{ data: { reason: 'earlier_report' } }]);
  });

  it('changes no money if a later one stated the whole', () => {
    const stream = aStream();
    stream.apply({ postbackId: 'second', payoutMinor: 500, receivedAt: minute(9) });
    expect(told(stream.apply({ postbackId: 'first', receivedAt: minute(5) }))).toEqual([]);
  });

  it('in another currency takes back what was booked in the one before', () => {
    const stream = aStream();
    stream.apply({ receivedAt: minute(9) });
    const first = { postbackId: 'first', currency: 'EUR', payoutMinor: 900, receivedAt: minute(5) };
    const events = stream.apply(first);
    expect(told(events)).toEqual(['RevenueReversed 4500 0 USD', 'RevenueRevised 0 900 EUR']);
    expect(entriesIn(events)).toMatchObject([{ data: { reason: 'currency_changed' } }, {}]);
    expect(sumsOf(stream.events, 'transfer-1')).toEqual({ EUR: 900 });
  });
});

describe('a report that is taken off', () => {
  it('leaves what the others say', () => {
    const stream = aStream();
    stream.apply({});
    stream.apply({ postbackId: 'hit-2', payoutMinor: 6_000, receivedAt: minute(9) });
    const [detached, ...entries] = stream.detach('hit-2');
    expect(detached).toMatchObject({
      ...{ type: 'PostbackDetached', data: { postbackId: 'hit-2', reason: 'wrong call' } },
    });
    expect(told(entries)).toEqual(['RevenueRevised 6000 4500 USD']);
    expect(entries).toMatchObject([
      { data: { reason: 'detached', becauseOf: null, confirmed: true } },
    ]);
  });

  it('leaves the estimate if it was the only one', () => {
    const stream = aStream();
    stream.apply({});
    const events = stream.detach('hit-1');
    expect(told(events)).toEqual(['RevenueReversed 4500 0 USD']);
    expect(entriesIn(events)).toMatchObject([{ data: { confirmed: false, reason: 'detached' } }]);
    expect(stream.detach('hit-1')).toEqual([]);
    expect(told(stream.apply({}))).toEqual(['RevenueConfirmed 0 4500 USD']);
  });

  it('of another lead changes nothing', () => {
    expect(aStream().detach('hit-9')).toEqual([]);
  });
});
