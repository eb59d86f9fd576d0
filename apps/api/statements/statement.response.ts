import {
  type Difference,
  DIFFERENCE_KINDS,
  type DifferenceTotal,
  type ImportedStatement,
} from '#libs/revenue';
import { ApiProperty } from '@nestjs/swagger';
import { type CsvCell } from '../http/csv-text.js';
import { decimalOf, MoneyView } from '../reports/money-view.js';

const counted = (description: string) => ({ type: 'integer', description, example: 12 }) as const;

/** One thing on which a statement and our ledger do not agree. */
export class DifferenceView {
  @ApiProperty({
    enum: DIFFERENCE_KINDS,
    description: 'theirs_missing: the statement lacks it; ours_missing: we do.',
  })
  kind: string;

  @ApiProperty({ type: [Number], description: 'Rows it is about, from 1.', example: [3] })
  rows: readonly number[];

  @ApiProperty({ type: String, nullable: true, format: 'uuid' })
  transfer_id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why a row belongs to no transfer.' })
  reason: string | null;

  @ApiProperty({
    ...{ type: String, nullable: true, example: 'time_unreadable' },
    description:
      'Why the time of such a row cannot be read: time_unreadable, time_of_day_missing or ' +
      'time_out_of_range; null if it can, or there is none.',
  })
  time_problem: string | null;

  @ApiProperty({ type: MoneyView, nullable: true, description: 'Null: nothing was said.' })
  theirs: MoneyView | null;

  @ApiProperty({ type: MoneyView, nullable: true, description: 'As confirmed, else estimated.' })
  ours: MoneyView | null;

  @ApiProperty({ type: Number, nullable: true })
  theirs_seconds: number | null;

  @ApiProperty({ type: Number, nullable: true })
  ours_seconds: number | null;
}

/** What differs in one way, in one currency. */
export class DifferenceTotalView {
  @ApiProperty({ enum: DIFFERENCE_KINDS })
  kind: string;

  @ApiProperty(counted('How many differences.'))
  count: number;

  @ApiProperty({ type: MoneyView })
  theirs: MoneyView;

  @ApiProperty({ type: MoneyView })
  ours: MoneyView;
}

/** What came of a statement. */
export class StatementView {
  @ApiProperty({ format: 'uuid', description: 'Its rows are the postbacks with this token_id.' })
  statement_id: string;

  @ApiProperty({ description: 'Whether it was only compared.' })
  preview: boolean;

  @ApiProperty({
    ...{ type: String, nullable: true, format: 'uuid' },
    description:
      'The latest statement of this destination with the same first rows, or fewer of them and no ' +
      'others, and another period, zone, unit or aliases: a warning, for rows of both count. Null: ' +
      'none is known.',
  })
  same_file_as: string | null;

  @ApiProperty(counted('Rows that were read.'))
  rows: number;

  @ApiProperty(counted('Rows that were not known before and are stored now.'))
  stored: number;

  @ApiProperty(counted('Rows that belong to a transfer.'))
  matched_rows: number;

  @ApiProperty(counted('Transfers on which both agree in amount and duration.'))
  agreed: number;

  @ApiProperty({ type: [DifferenceTotalView], description: 'By kind and currency.' })
  totals: readonly DifferenceTotalView[];

  @ApiProperty({ type: [DifferenceView], description: 'The first 10,000; all of them in CSV.' })
  differences: readonly DifferenceView[];

  @ApiProperty({ description: 'Whether there are more.' })
  has_more: boolean;
}

/** More are for a table. */
const DIFFERENCES_MAX = 10_000;

/** What is answered. */
export function statementView(imported: ImportedStatement, preview: boolean): StatementView {
  const { statementId, lines, stored, matchedLines, agreed, totals, differences } = imported;
  const { sameFileAs } = imported;
  return {
    ...{ statement_id: statementId, preview, same_file_as: sameFileAs, rows: lines, stored },
    ...{ matched_rows: matchedLines, agreed, totals: totals.map(totalView) },
    differences: differences.slice(0, DIFFERENCES_MAX).map(differenceView),
    has_more: differences.length > DIFFERENCES_MAX,
  };
}

function differenceView(difference: Difference): DifferenceView {
  const { kind, lines, transferId, unmatchedReason, currency } = difference;
  return {
    ...{ kind, rows: lines, transfer_id: transferId, reason: unmatchedReason },
    time_problem: difference.timeProblem,
    theirs: money(difference.theirsMinor, currency),
    ours: money(difference.oursMinor, currency),
    ...{ theirs_seconds: difference.theirsSeconds, ours_seconds: difference.oursSeconds },
  };
}

function totalView({ kind, currency, count, theirsMinor, oursMinor }: DifferenceTotal) {
  const theirs = moneyOf(theirsMinor, currency);
  return { kind, count, theirs, ours: moneyOf(oursMinor, currency) };
}

function money(minor: number | null, currency: string): MoneyView | null {
  return minor === null ? null : moneyOf(minor, currency);
}

function moneyOf(minor: number, currency: string): MoneyView {
  return { minor, amount: decimalOf(BigInt(minor)), currency };
}

/** Columns of the table of differences; names and order are permanent. */
export const DIFFERENCE_COLUMNS = [
  ...['kind', 'rows', 'transfer_id', 'reason', 'currency', 'theirs', 'ours'],
  ...['theirs_seconds', 'ours_seconds', 'time_problem'],
] as const;

/** A difference as a line of the table; amounts are decimal numbers. */
export function differenceCells(difference: Difference): CsvCell[] {
  const { kind, lines, transferId, unmatchedReason, currency } = difference;
  const amount = (minor: number | null) => (minor === null ? null : decimalOf(BigInt(minor)));
  return [
    ...[kind, lines.join(' '), transferId, unmatchedReason, currency],
    ...[amount(difference.theirsMinor), amount(difference.oursMinor)],
    ...[difference.theirsSeconds, difference.oursSeconds, difference.timeProblem],
  ];
}
