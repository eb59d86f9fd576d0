import { describe, expect, it } from '@jest/globals';
import { type Reading } from './postback.events.js';
import { afterBridge, aReading, aTransfer, named } from './revenue.fixtures.js';
import { compareStatement, type StatementInput } from './statement.js';
import { type LedgerRow } from './statement-difference.js';

const hour = 3_600_000;

/** A transfer of 120 s that is confirmed with 45 dollars. */
const aRow = (row: Partial<LedgerRow> = {}): LedgerRow => ({
  ...aTransfer(row),
  ...{ callerHashes: ['phone-1'], booked: { minor: 4_500, currency: 'USD', billable: true } },
  ...{ estimate: { amountMinor: 3_000, currency: 'USD' }, billableSeconds: 90 },
  ...row,
});

const oddly = (code: string) => ({ field: 'Call Date', code });

function compare(
  lines: readonly Partial<Reading>[],
  transfers: readonly LedgerRow[],
  input: Partial<StatementInput> = {},
) {
  return compareStatement({
    lines: lines.map((reading, index) => ({ line: index + 1, reading: aReading(reading) })),
    transfers,
    period: { from: afterBridge(-24 * hour), to: afterBridge(24 * hour) },
    ...{ destinationId: 'buyer-1', importedAt: afterBridge(30 * 24 * hour) },
    ...input,
  });
}

describe('a statement', () => {
  it('agrees with our ledger where amount and duration do', () => {
    expect(compare([{ durationSeconds: 180 }], [aRow()])).toEqual({
      ...{ matchedLines: 1, agreed: 1, differences: [], totals: [] },
    });
  });

  it.each<[string, Partial<Reading>, Partial<LedgerRow>, object[]]>([
    [
      'another amount',
      { payoutMinor: 4_000 },
      {},
      [{ kind: 'amount_differs', theirsMinor: 4_000, oursMinor: 4_500 }],
    ],
    [
      'another duration',
      { durationSeconds: 181 },
      {},
      [{ kind: 'duration_differs', theirsSeconds: 181, oursSeconds: 120 }],
    ],
    [
      'both',
      { payoutMinor: 0, durationSeconds: 5 },
      {},
      [
        { kind: 'amount_differs', theirsMinor: 0, oursMinor: 4_500 },
        { kind: 'duration_differs', theirsSeconds: 5, oursSeconds: 120 },
      ],
    ],
    [
      'that it is not billable',
      { billable: false },
      {},
      [{ kind: 'amount_differs', theirsMinor: 0, oursMinor: 4_500 }],
    ],
    [
      'another amount than was estimated',
      {},
      { booked: null },
      [{ kind: 'amount_differs', theirsMinor: 4_500, oursMinor: 3_000 }],
    ],
    [
      'an amount of a transfer that is worth nothing to us',
      {},
      { booked: null, estimate: null },
      [{ kind: 'amount_differs', theirsMinor: 4_500, oursMinor: null }],
    ],
    [
      'an amount in another currency',
      { currency: 'EUR' },
      {},
      [
        { kind: 'amount_differs', currency: 'EUR', theirsMinor: 4_500, oursMinor: null },
        { kind: 'amount_differs', currency: 'USD', theirsMinor: null, oursMinor: 4_500 },
      ],
    ],
    ['no amount', { payoutMinor: null }, {}, []],
    ['nothing, as we have it', { payoutMinor: 0 }, { booked: null, estimate: null }, []],
  ])('that tells %s differs in it', (_, reading, row, differences) => {
    const { differences: found, agreed } = compare([reading], [aRow(row)]);
    expect(found).toMatchObject(differences);
    expect(found).toHaveLength(differences.length);
    expect(agreed).toBe(differences.length === 0 ? 1 : 0);
  });

  it('lists what we lack', () => {
    const lines = [
      { callerHash: 'phone-9' },
      { callAt: afterBridge(6 * hour), durationSeconds: 9 },
    ];
    expect(compare(lines, [aRow()], { period: { from: '2027', to: '2028' } }).differences).toEqual([
      {
        ...{ kind: 'ours_missing', lines: [1], transferId: null, currency: 'USD' },
        ...{ unmatchedReason: 'no_transfer_for_caller', theirsMinor: 4_500, oursMinor: null },
        ...{ timeProblem: null, theirsSeconds: null, oursSeconds: null },
      },
      expect.objectContaining({ lines: [2], unmatchedReason: 'outside_window', theirsSeconds: 9 }),
    ]);
  });

  it('lacks what is worth something to us, of its period and buyer', () => {
    const rows = [
      aRow({ transferId: 'later', bridgedAt: afterBridge(hour), booked: null }),
      aRow(),
      aRow({ transferId: 'worthless', booked: { minor: 0, currency: 'USD', billable: false } }),
      aRow({ transferId: 'never', booked: null, estimate: null }),
      aRow({ transferId: 'other', destinationId: 'buyer-2' }),
      aRow({ transferId: 'before', bridgedAt: afterBridge(-24 * hour - 1) }),
      aRow({ transferId: 'after', bridgedAt: afterBridge(24 * hour) }),
    ];
    expect(compare([], rows).differences).toMatchObject([
      { kind: 'theirs_missing', transferId: 'transfer-1', lines: [], oursMinor: 4_500 },
      { kind: 'theirs_missing', transferId: 'later', oursMinor: 3_000 },
    ]);
    expect(compare([], rows, { destinationId: null }).differences).toHaveLength(3);
  });

  it('finds a call by the name the buyer gave it, or by ours, at any time', () => {
    const row = aRow({ confirmedBy: [named('v1')], callerHashes: [] });
    const lines = [{ vendorCallId: 'v1', callerHash: null, callAt: null }];
    expect(compare(lines, [row])).toMatchObject({ matchedLines: 1, agreed: 1 });
    const ours = [{ ids: ['lead-1'], callerHash: null, callAt: null }];
    expect(compare(ours, [row])).toMatchObject({ matchedLines: 1, agreed: 1 });
  });

  it.each<[string, Partial<Reading>, string, string | null]>([
    ['none', { callAt: null }, 'call_time_missing', null],
    [
      'one that cannot be read',
      { callAt: null, warnings: ['currency_unknown', 'time_unreadable'].map(oddly) },
      ...(['call_time_missing', 'time_unreadable'] as const),
    ],
    ['one of tomorrow', { callAt: afterBridge(24 * hour) }, 'call_time_in_future', null],
  ])('is not about a call of the day of its import where a line tells a time: %s', (...row) => {
    const [, reading, unmatchedReason, timeProblem] = row;
    const { matchedLines, differences } = compare([reading], [aRow()], {
      importedAt: afterBridge(hour),
    });
    expect(matchedLines).toBe(0);
    expect(differences).toMatchObject([
      { kind: 'ours_missing', lines: [1], unmatchedReason, timeProblem },
      { kind: 'theirs_missing', transferId: 'transfer-1' },
    ]);
  });

  it.each<[string, Partial<Reading>[], number | null]>([
    ['the last amount', [{ payoutMinor: 4_000 }, {}], null],
    ['an addition', [{}, { payoutMinor: -500, payoutMode: 'add' }], 4_000],
    ['a refusal at last', [{}, { payoutMinor: null, billable: false }], 0],
    ['the same twice', [{}, {}], null],
  ])('counts lines about one transfer as the ledger would: %s', (_, lines, theirsMinor) => {
    const { differences } = compare(lines, [aRow()]);
    const expected = { kind: 'amount_differs', lines: [1, 2], theirsMinor, oursMinor: 4_500 };
    expect(differences).toEqual(
      theirsMinor === null ? [] : [expect.objectContaining(expected) as object],
    );
  });

  it('takes what lines before called a call for its name, as of reports that come one by one', () => {
    const rows = [aRow(), aRow({ transferId: 'later', bridgedAt: afterBridge(60_000) })];
    const lines = [
      { vendorCallId: 'their-1', payoutMinor: 4_500 },
      { vendorCallId: 'their-2', payoutMinor: 4_500 },
      { vendorCallId: 'their-3', payoutMinor: 4_500 },
    ];
    const { matchedLines, agreed, differences } = compare(lines, rows);
    expect([matchedLines, agreed]).toEqual([2, 2]);
    expect(differences).toMatchObject([{ kind: 'ours_missing', lines: [3] }]);
  });

  it('is compared with what a network reported, which names calls in its own way', () => {
    const network = { tokenId: 'token-2', destinationId: null };
    const rows = [0, 600_000, 1_200_000].map((ms, index) =>
      aRow({
        transferId: `transfer-${index}`,
        bridgedAt: afterBridge(ms),
        confirmedBy: [named(`network-${index}`, network)],
      }),
    );
    const lines = [
      { vendorCallId: 'buyer-1', callAt: afterBridge(1_000) },
      { vendorCallId: 'buyer-2', callAt: afterBridge(601_000), payoutMinor: 4_000 },
      { vendorCallId: 'buyer-3', callAt: afterBridge(602_000) },
    ];
    const { matchedLines, agreed, differences } = compare(lines, rows);
    expect([matchedLines, agreed]).toEqual([3, 2]);
    expect(differences).toMatchObject([
      { kind: 'amount_differs', transferId: 'transfer-1', lines: [2], theirsMinor: 4_000 },
    ]);
    expect(compare([...lines, { vendorCallId: 'buyer-4' }], rows).differences).toMatchObject([
      { lines: [2] },
      { kind: 'ours_missing', lines: [4], unmatchedReason: 'already_matched_conflict' },
    ]);
  });

  it('counts lines about one transfer together', () => {
    const lines = [
      {},
      { payoutMinor: -500, payoutMode: 'add' as const },
      { callerHash: 'phone-9' },
      { vendorCallId: 'v1' },
    ];
    const twin = aRow({
      transferId: 'twin',
      bridgedAt: afterBridge(-hour),
      confirmedBy: [named('v1')],
    });
    const { differences, matchedLines, agreed } = compare(lines, [aRow(), twin]);
    expect(differences).toMatchObject([
      { kind: 'amount_differs', lines: [1, 2], theirsMinor: 4_000, oursMinor: 4_500 },
      { kind: 'ours_missing', lines: [3] },
    ]);
    expect({ matchedLines, agreed }).toEqual({ matchedLines: 3, agreed: 1 });
  });

  it('may name one call in each of the 200,000 lines it may have', () => {
    const lines = Array.from({ length: 200_000 }, (_, index) => ({
      ...{ vendorCallId: '0', payoutMinor: 4_500 + (index % 7), durationSeconds: 60 + (index % 9) },
    }));
    const { differences, matchedLines } = compare(lines, [aRow({ connectedSeconds: 300 })]);
    expect(matchedLines).toBe(lines.length);
    expect(differences.map(({ kind }) => kind)).toEqual(['amount_differs', 'duration_differs']);
    expect(differences[0]).toMatchObject({ theirsMinor: lines.at(-1)?.payoutMinor });
    expect(differences[1]).toMatchObject({ theirsSeconds: 68 });
  });

  it('adds up what differs by kind and currency', () => {
    const lines = [
      { callerHash: 'x', currency: 'EUR' },
      { callerHash: 'x', payoutMinor: 100 },
      { callerHash: 'x', payoutMinor: null },
      { payoutMinor: 1 },
    ];
    const later = aRow({ transferId: 'later', bridgedAt: afterBridge(hour) });
    expect(compare(lines, [aRow(), later]).totals).toEqual([
      { kind: 'theirs_missing', currency: 'USD', count: 1, theirsMinor: 0, oursMinor: 4_500 },
      { kind: 'ours_missing', currency: 'EUR', count: 1, theirsMinor: 4_500, oursMinor: 0 },
      { kind: 'ours_missing', currency: 'USD', count: 2, theirsMinor: 100, oursMinor: 0 },
      { kind: 'amount_differs', currency: 'USD', count: 1, theirsMinor: 1, oursMinor: 4_500 },
    ]);
  });
});
