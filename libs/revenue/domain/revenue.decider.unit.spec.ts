import { describe, expect, it } from '@jest/globals';
import { callBridged, callEnded, destinationDialed, transferRequested } from '#events/testing';
import { entriesIn, LedgerStream, minute, sumsOf, told } from './ledger.fixtures.js';
import { revenueDecider } from './revenue.decider.js';
import { aMatch, aReport, named } from './revenue.fixtures.js';
import { type TransferReport } from './revenue.events.js';
import { factsOf, holderOf, type LedgerEvent, transferOf } from './transfer-ledger.js';
import { worthOf } from './worth.js';

const estimate = { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' };
const ended = callEnded({
  ...{ disposition: 'transferred', transferId: 'transfer-1', connectedSeconds: 120, estimate },
});

const aStream = () =>
  new LedgerStream(transferRequested(), destinationDialed(), callBridged(), ended);
const outcomeIn = ([event]: readonly LedgerEvent[]) =>
  event?.type === 'PostbackMatched' ? event.data.outcome : null;

describe('the first report of a transfer', () => {
  it('confirms what it is worth, beside what was estimated', () => {
    const [matched, confirmed, ...others] = aStream().apply({ payoutMinor: 4_500 });
    expect(others).toEqual([]);
    expect(matched).toMatchObject({ type: 'PostbackMatched', data: { outcome: 'matched' } });
    expect(confirmed).toEqual({
      type: 'RevenueConfirmed',
      data: {
        ...{ leadId: 'lead-1', callId: 'call-1', transferId: 'transfer-1' },
        ...{ destinationId: 'buyer-1', fromMinor: 0, toMinor: 4_500, currency: 'USD' },
        ...{ billable: true, becauseOf: 'hit-1', callAt: callBridged().data.bridgedAt },
        ...{ estimatedMinor: 3_000, recordedAt: '2026-02-01T00:00:00.000Z' },
      },
    });
  });

  it('may come before the call is over, or bridged', () => {
    const stream = new LedgerStream(transferRequested());
    expect(entriesIn(stream.apply({}))).toMatchObject([
      { data: { estimatedMinor: null, callAt: transferRequested().data.requestedAt } },
    ]);
  });

  it('is not compared with an estimate in another currency', () => {
    const entries = entriesIn(aStream().apply({ currency: 'EUR' }));
    expect(entries).toMatchObject([{ data: { currency: 'EUR', estimatedMinor: null } }]);
  });

  it.each<[string, Parameters<LedgerStream['apply']>[0], string[]]>([
    ['an amount', {}, ['RevenueConfirmed 0 4500 USD']],
    ['an amount of 0', { payoutMinor: 0 }, ['RevenueConfirmed 0 0 USD']],
    ['a negative amount', { payoutMinor: -3_500 }, ['RevenueConfirmed 0 0 USD']],
    [
      'that it is not paid for',
      { payoutMinor: null, billable: false },
      ['RevenueConfirmed 0 0 USD'],
    ],
    ['an amount that is not paid', { billable: false }, ['RevenueConfirmed 0 0 USD']],
    ['that it is paid for', { payoutMinor: null, billable: true }, []],
    ['how long it was', { payoutMinor: null, durationSeconds: 300 }, []],
  ])('that tells %s leads to %j %j', (_, report, entries) => {
    expect(told(aStream().apply(report))).toEqual(entries);
  });

  it('is refused for a transfer that the lead does not have', () => {
    expect(() => aStream().apply({}, 'transfer-9')).toThrow(
      expect.objectContaining({ code: 'transfer_not_found' }),
    );
  });
});

describe('a call without an amount', () => {
  const long = aReport({ payoutMinor: null, durationSeconds: 300 });
  const terms = { billableSeconds: 90, destinationId: 'buyer-1' };

  it.each<[string, Partial<TransferReport>, boolean]>([
    ['is billable if it was long enough', {}, true],
    ['is not if the buyer calls it a duplicate', { isDuplicate: true }, false],
    ['is if the buyer says so outright', { isDuplicate: true, billable: true }, true],
  ])('%s', (_, said, billable) => {
    expect(worthOf([{ ...long, ...said }], terms)).toMatchObject({ billable });
  });
});

describe('a later report', () => {
  it.each<[string, Parameters<LedgerStream['apply']>[0], string[], string]>([
    ['less', { payoutMinor: 4_000 }, ['RevenueRevised 4500 4000 USD'], 'later_report'],
    ['nothing', { payoutMinor: 0 }, ['RevenueReversed 4500 0 USD'], 'not_billable'],
    ['a chargeback', { payoutMinor: -4_500 }, ['RevenueReversed 4500 0 USD'], 'chargeback'],
    ['a smaller one', { payoutMinor: -3_500 }, ['RevenueReversed 4500 0 USD'], 'chargeback'],
    ['an addition', { payoutMode: 'add' }, ['RevenueRevised 4500 9000 USD'], 'later_report'],
    [
      'a subtraction of all',
      { payoutMode: 'add', payoutMinor: -4_500 },
      ['RevenueReversed 4500 0 USD'],
      'chargeback',
    ],
    [
      'a subtraction of more',
      { payoutMode: 'add', payoutMinor: -6_000 },
      ['RevenueReversed 4500 0 USD'],
      'chargeback',
    ],
    [
      'that it is not paid for',
      { payoutMinor: null, billable: false },
      ['RevenueReversed 4500 0 USD'],
      'not_billable',
    ],
    [
      'that it is paid for and worth nothing',
      { payoutMinor: 0, billable: true },
      ['RevenueReversed 4500 0 USD'],
      'worth_nothing',
    ],
  ])('of %s', (_, report, entries, reason) => {
    const stream = aStream();
    stream.apply({});
    const events = stream.apply({ ...report, postbackId: 'hit-2', receivedAt: minute(9) });
    expect(outcomeIn(events)).toBe('revised');
    expect(told(events)).toEqual(entries);
    expect(entriesIn(events)).toMatchObject([{ data: { reason, becauseOf: 'hit-2' } }]);
  });

  it('that takes a refusal back restores what was reported', () => {
    const stream = aStream();
    stream.apply({});
    const no = { payoutMinor: null, billable: false, postbackId: 'no', receivedAt: minute(6) };
    stream.apply(no);
    const yes = { ...no, billable: true, postbackId: 'yes', receivedAt: minute(7) };
    expect(told(stream.apply(yes))).toEqual(['RevenueRevised 0 4500 USD']);
  });

  it('that adds to what is not paid for adds nothing; one that states the whole does', () => {
    const stream = aStream();
    stream.apply({ billable: false });
    const added = { payoutMode: 'add', postbackId: 'added', receivedAt: minute(6) } as const;
    expect(told(stream.apply(added))).toEqual([]);
    const whole = { payoutMinor: 700, postbackId: 'whole', receivedAt: minute(7) };
    expect(told(stream.apply(whole))).toEqual(['RevenueRevised 0 700 USD']);
  });

  it('states the whole anew after a chargeback, or adds to nothing', () => {
    const [stated, added] = [aStream(), aStream()];
    for (const stream of [stated, added]) {
      stream.apply({});
      stream.apply({ payoutMinor: -4_500, postbackId: 'back', receivedAt: minute(6) });
    }
    const later = { postbackId: 'later', payoutMinor: 700, receivedAt: minute(7) };
    expect(told(stated.apply(later))).toEqual(['RevenueRevised 0 700 USD']);
    expect(told(added.apply({ ...later, payoutMode: 'add' }))).toEqual([
      ...['RevenueRevised 0 700 USD'],
    ]);
  });

  it('in another currency is kept, warned of, and counts for nothing', () => {
    const stream = aStream();
    stream.apply({});
    const [matched, ...entries] = stream.apply({
      ...{ postbackId: 'hit-2', currency: 'EUR', billable: false, receivedAt: minute(9) },
    });
    expect(matched).toMatchObject({ data: { match: { warnings: ['currency_mismatch'] } } });
    expect(entries).toEqual([]);
  });

  it('in another currency counts where there was none before but 0, and 0 counts in any', () => {
    const stream = aStream();
    stream.apply({ payoutMinor: 0 });
    const paid = { postbackId: 'hit-2', currency: 'CAD', payoutMinor: 3_000 };
    const [matched, ...entries] = stream.apply({ ...paid, receivedAt: minute(8) });
    expect(matched).toMatchObject({ data: { match: { warnings: [] } } });
    expect(told(entries)).toEqual(['RevenueRevised 0 3000 CAD']);
    const nothing = { postbackId: 'hit-3', payoutMinor: 0, receivedAt: minute(9) };
    expect(told(stream.apply(nothing))).toEqual(['RevenueReversed 3000 0 CAD']);
  });
});

describe('a report that was made before', () => {
  it('changes nothing if it is the same hit', () => {
    const stream = aStream();
    stream.apply({});
    expect(stream.apply({})).toEqual([]);
  });

  it.each(['vendor-1', null])('is a duplicate if it says the same of call %p', (vendorCallId) => {
    const stream = aStream();
    stream.apply({ vendorCallId, payoutMode: 'add' });
    const again = { vendorCallId, payoutMode: 'add', postbackId: 'hit-2' } as const;
    for (const receivedAt of [minute(9), '2026-01-06T16:02:00.000Z']) {
      const events = stream.apply({ ...again, receivedAt, postbackId: receivedAt });
      expect([outcomeIn(events), ...told(events)]).toEqual(['duplicate']);
    }
  });

  it('counts again if something else was reported in between: a buyer may come back to it', () => {
    const stream = aStream();
    stream.apply({});
    stream.apply({ postbackId: 'hit-2', payoutMinor: 0, receivedAt: minute(5) });
    const events = stream.apply({ postbackId: 'hit-3', receivedAt: minute(6) });
    expect([outcomeIn(events), ...told(events)]).toEqual([
      ...['revised', 'RevenueRevised 0 4500 USD'],
    ]);
  });

  it('adds nothing though something else was added in between', () => {
    const stream = aStream();
    const added = [500, 700, 500].map((payoutMinor, place) =>
      stream.apply({
        ...{ payoutMode: 'add', payoutMinor, postbackId: `hit-${place}` },
        receivedAt: minute(place),
      }),
    );
    expect(added.map(outcomeIn)).toEqual(['matched', 'revised', 'duplicate']);
    expect(sumsOf(stream.events, 'transfer-1')).toEqual({ USD: 1_200 });
    expect(told(stream.detach('hit-0'))).toEqual([]);
  });

  it('is no duplicate if it is of another call', () => {
    const stream = aStream();
    stream.apply({ payoutMode: 'add' });
    const other = { postbackId: 'hit-2', vendorCallId: 'vendor-2', payoutMode: 'add' } as const;
    expect(told(stream.apply(other))).toEqual(['RevenueRevised 4500 9000 USD']);
  });

  it('is not moved to another transfer by the rules, nor by a person before it is unlinked', () => {
    const stream = aStream();
    stream.happens(transferRequested({ transferId: 'transfer-2' }));
    stream.apply({});
    expect(stream.apply({}, 'transfer-2')).toEqual([]);
    const command = {
      ...({ type: 'ApplyReport', transferId: 'transfer-2', report: aReport() } as const),
      ...{ match: { ...aMatch, rule: 'manual' } as const, at: minute(9) },
    };
    expect(() => revenueDecider.decide(command, stream.ledger)).toThrow(
      expect.objectContaining({ code: 'postback_matched_elsewhere' }),
    );
    stream.detach('hit-1');
    expect(told(stream.apply({}, 'transfer-2'))).toEqual(['RevenueConfirmed 0 4500 USD']);
  });
});

describe('the ledger of a lead', () => {
  it('tells matching what it needs', () => {
    const stream = aStream();
    stream.apply({});
    stream.apply({ postbackId: 'hit-2', payoutMinor: 1, receivedAt: minute(9) });
    expect(stream.ledger.transfers.map(factsOf)).toEqual([
      {
        ...{ transferId: 'transfer-1', leadId: 'lead-1', callId: 'call-1' },
        ...{ destinationId: 'buyer-1', destinationName: 'Bright Solar' },
        requestedAt: transferRequested().data.requestedAt,
        dialedAt: destinationDialed().data.dialedAt,
        bridgedAt: callBridged().data.bridgedAt,
        ...{ endedAt: ended.data.endedAt, connectedSeconds: 120 },
        confirmedBy: [named('vendor-1')],
      },
    ]);
    expect(holderOf(stream.ledger, 'hit-2')?.transferId).toBe('transfer-1');
    expect(holderOf(stream.ledger, 'hit-3')).toBeNull();
    expect(transferOf(stream.ledger, 'transfer-1')?.estimate).toEqual(estimate);
    expect(transferOf(stream.ledger, 'transfer-2')).toBeNull();
  });
});
