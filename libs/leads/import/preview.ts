import { DomainError } from '#libs/kernel';
import { interpretSubmission, type InterpretedSubmission } from '../intake/interpret-submission.js';
import { type ColumnMapping } from './column-mapping.js';
import { type CsvRow } from './csv-table.js';
import { readRow } from './row-submission.js';

/** One row as it would be read, or why it would be refused. */
export interface PreviewedRow {
  readonly row: number;
  readonly lead: Readonly<Record<string, unknown>> | null;
  readonly problems: readonly string[];
}

/** What an import would read. Whether a lead is new is known only when it is imported. */
export interface ImportPreview {
  readonly rows: number;
  readonly readable: number;
  /** How many rows have each problem: refusals, then values that would be kept as they are. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly warnings: Readonly<Record<string, number>>;
  /** Rows whose lead would be ineligible for want of consent. */
  readonly withoutConsent: number;
  readonly firstRows: readonly PreviewedRow[];
}

/** What rows are read with. */
export interface PreviewOptions {
  readonly mapping: ColumnMapping;
  readonly source: string | null;
  /** ISO 3166 codes of the countries leads may come from. */
  readonly countries: readonly string[];
}

const FIRST_ROWS = 5;

/** Reads every row as an import would, and stores nothing. */
export async function previewRows(
  rows: AsyncIterable<CsvRow>,
  options: PreviewOptions,
): Promise<ImportPreview> {
  const refusals = new Tally();
  const warnings = new Tally();
  const firstRows: PreviewedRow[] = [];
  const seen = { rows: 0, readable: 0, withoutConsent: 0 };
  for await (const row of rows) {
    const read = understand(row, options);
    seen.rows += 1;
    if (read.lead === null) refusals.add(read.problems);
    else {
      seen.readable += 1;
      warnings.add(read.problems);
      if (read.lead.consent === null || read.lead.consent.problems.length > 0) {
        seen.withoutConsent += 1;
      }
    }
    if (firstRows.length < FIRST_ROWS) {
      const lead = read.lead === null ? null : shown(read.lead);
      firstRows.push({ row: row.number, lead, problems: read.problems });
    }
  }
  return { ...seen, refusals: refusals.counts(), warnings: warnings.counts(), firstRows };
}

interface Understood {
  readonly lead: InterpretedSubmission | null;
  readonly problems: readonly string[];
}

function understand(row: CsvRow, { mapping, source, countries }: PreviewOptions): Understood {
  try {
    const lead = interpretSubmission(readRow(row, mapping, source, countries), countries);
    return { lead, problems: lead.warnings.map(({ code }) => code) };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const fields = Array.isArray(error.details)
      ? error.details.map((detail: { field: string; code: string }) => [detail.field, detail.code])
      : [];
    return { lead: null, problems: fields.map((parts) => parts.join(' ')) };
  }
}

function shown(lead: InterpretedSubmission): Record<string, unknown> {
  const { personal, source, state, country, campaign, consent } = lead;
  const { consent: consentDetails, attribution, ...contact } = personal;
  const fields: Record<string, unknown> = {
    ...contact,
    state,
    country,
    source,
    attribution: { ...campaign, ...attribution },
    consent: consent === null ? null : { ...consent, ...consentDetails },
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isBlank(value)));
}

function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

class Tally {
  readonly #counts = new Map<string, number>();

  add(codes: readonly string[]): void {
    for (const code of codes) this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  }

  /** Most frequent first. */
  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([, a], [, b]) => b - a));
  }
}
