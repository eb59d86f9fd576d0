import { type Difference, type DifferenceTotal, type ImportedStatement } from '#libs/revenue';
import { count } from '../progress-bar.js';
import { table } from '../table-text.js';

const WORDS: Readonly<Record<Difference['kind'], string>> = {
  theirs_missing: 'theirs missing',
  ours_missing: 'ours missing',
  amount_differs: 'amount differs',
  duration_differs: 'duration differs',
};
const SAME_FILE =
  'This file was brought in before, with another period or other options, and counts twice: see statement';
/** More are for a file. */
const SHOWN_MAX = 20;

/** What came of a statement, as a person reads it. */
export function statementText(imported: ImportedStatement, preview: boolean): string {
  const { lines, stored, matchedLines, agreed, totals, differences, sameFileAs } = imported;
  const kept = preview
    ? 'Nothing was stored; leave out --preview to import.'
    : `${count(stored)} stored, ${count(lines - stored)} known before.`;
  const hidden = differences.length - SHOWN_MAX;
  return [
    ...(sameFileAs === null ? [] : [`${SAME_FILE} ${sameFileAs}.`]),
    `${count(lines)} rows: ${count(matchedLines)} belong to a transfer; ` +
      `${count(agreed)} transfers agree. ${kept}`,
    totalsText(totals),
    ...(differences.length === 0 ? [] : [differencesText(differences.slice(0, SHOWN_MAX))]),
    ...(hidden > 0 ? [`${count(hidden)} more; --differences <file> writes all of them.`] : []),
  ].join('\n\n');
}

function totalsText(totals: readonly DifferenceTotal[]): string {
  const rows = totals.map(({ kind, count: number, currency, theirsMinor, oursMinor }) => [
    ...[WORDS[kind], count(number), currency, amountText(theirsMinor), amountText(oursMinor)],
  ]);
  const heading = ['DIFFERENCE', 'COUNT', 'CURRENCY', 'THEIRS', 'OURS'];
  return table(heading, rows, 'Nothing differs.');
}

function differencesText(differences: readonly Difference[]): string {
  const heading = ['ROWS', 'DIFFERENCE', 'TRANSFER', 'THEIRS', 'OURS', 'SECONDS', 'REASON'];
  return table(heading, differences.map(cellsOf), '');
}

function cellsOf(difference: Difference): string[] {
  const { kind, lines, transferId, theirsMinor, oursMinor } = difference;
  const seconds = [difference.theirsSeconds, difference.oursSeconds].map((each) => each ?? '–');
  return [
    ...[lines.join(' '), WORDS[kind], transferId ?? '–'],
    ...[amountText(theirsMinor), amountText(oursMinor)],
    ...[kind === 'duration_differs' ? seconds.join(' / ') : '', reasonText(difference)],
  ];
}

function reasonText({ unmatchedReason, timeProblem }: Difference): string {
  return [unmatchedReason, timeProblem].filter((each) => each !== null).join(', ');
}

/** Hundredths as a decimal number; a dash for nothing. */
function amountText(minor: number | null): string {
  if (minor === null) return '–';
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** All differences as CSV; nothing in it could be taken for a formula. */
export function differencesCsv(differences: readonly Difference[]): string {
  const heading =
    'kind,rows,transfer_id,reason,currency,theirs,ours,theirs_seconds,ours_seconds,' +
    'time_problem';
  const lines = differences.map((each) =>
    [
      ...[each.kind, each.lines.join(' '), each.transferId, each.unmatchedReason, each.currency],
      ...[each.theirsMinor, each.oursMinor].map((minor) =>
        minor === null ? '' : amountText(minor),
      ),
      ...[each.theirsSeconds, each.oursSeconds, each.timeProblem],
    ]
      .map((cell) => cell ?? '')
      .join(','),
  );
  return [heading, ...lines, ''].join('\r\n');
}
