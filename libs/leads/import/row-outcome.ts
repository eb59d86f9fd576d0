import { type DomainError } from '#libs/kernel';
import { type ReceiveLeadResult } from '../application/receive-lead.handler.js';

/** Every outcome there is, in the order of summaries. */
export const ROW_OUTCOMES = ['created', 'duplicate', 'ineligible', 'error'] as const;

/** What became of a row: `ineligible` leads are stored too, but are never dialed. */
export type RowOutcome = (typeof ROW_OUTCOMES)[number];

/** A line of the outcome file. Holds nothing personal. */
export interface RowResult {
  /** Number of the row, from 1, the header not counted. */
  readonly row: number;
  readonly outcome: RowOutcome;
  readonly leadId: string | null;
  /** The lead's status, as the api shows it. */
  readonly status: string | null;
  /** Why, for every outcome but `created`; codes separated by `; `. */
  readonly reason: string | null;
}

/** How many rows came to what. */
export type OutcomeCounts = Readonly<Record<RowOutcome, number>>;

/** The counts before the first row. */
export const NO_OUTCOMES: OutcomeCounts = { created: 0, duplicate: 0, ineligible: 0, error: 0 };

/** First line of every outcome file. */
export const OUTCOME_HEADER = 'row,outcome,lead_id,status,reason';

/** Counts with one more row. */
export function counted(counts: OutcomeCounts, { outcome }: Pick<RowResult, 'outcome'>) {
  return { ...counts, [outcome]: counts[outcome] + 1 };
}

/** All rows counted. */
export function totalOf(counts: OutcomeCounts): number {
  return counts.created + counts.duplicate + counts.ineligible + counts.error;
}

/** The row whose submission was taken. */
export function takenRow(row: number, result: ReceiveLeadResult): RowResult {
  const { outcome, leadId, status, ineligibleReasons } = result;
  const found = { row, leadId, status };
  if (outcome === 'duplicate') return { ...found, outcome, reason: 'phone_received_before' };
  return status === 'ineligible'
    ? { ...found, outcome: 'ineligible', reason: ineligibleReasons.join('; ') }
    : { ...found, outcome, reason: null };
}

/** The row that was refused. Field errors say which field and how; no value is repeated. */
export function refusedRow(row: number, error: DomainError): RowResult {
  const { code, details } = error;
  const fields = Array.isArray(details)
    ? details.map(
        (detail: { field: string; message: string }) => `${detail.field} ${detail.message}`,
      )
    : [];
  const reason = fields.length === 0 ? code : `${code}: ${fields.join('; ')}`;
  return { row, outcome: 'error', leadId: null, status: null, reason };
}

/** A line of the outcome file, with its line end. */
export function toOutcomeLine({ row, outcome, leadId, status, reason }: RowResult): string {
  return `${row},${outcome},${leadId ?? ''},${status ?? ''},${quoted(reason ?? '')}\n`;
}

const OUTCOME_LINE = /^(\d+),(created|duplicate|ineligible|error),([0-9a-f-]*),([a-z_]*),(.*)$/;

/** Row and outcome of a whole line of an outcome file; `null` for anything else. */
export function readOutcomeLine(line: string): Pick<RowResult, 'row' | 'outcome'> | null {
  const [, row, outcome] = OUTCOME_LINE.exec(line) ?? [];
  return row === undefined ? null : { row: Number(row), outcome: outcome as RowOutcome };
}

function quoted(text: string): string {
  const line = text.replace(/[\r\n]+/g, ' ');
  return /[",]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line;
}
