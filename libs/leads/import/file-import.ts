import { type Actor, DomainError } from '#libs/kernel';
import { createReadStream } from 'node:fs';
import { type IntakePolicy } from '../application/intake-policy.js';
import { type LeadMode } from '../domain/lead.events.js';
import { type ColumnMapping, mapColumns, type MappingRequest } from './column-mapping.js';
import { type CsvRow, type CsvTable, readCsv } from './csv-table.js';
import { csvInvalid } from './import-errors.js';
import { HashedBytes, importIdOf } from './import-job.js';
import { inOrder } from './in-order.js';
import { type OutcomeJournal } from './outcome-journal.js';
import { patiently } from './patience.js';
import { type ImportPreview, previewRows } from './preview.js';
import { type ReceiveLead, RowImporter } from './row-importer.js';
import { type OutcomeCounts } from './row-outcome.js';

/** How a file is to be read. */
export interface ImportPlan {
  readonly policy: IntakePolicy;
  readonly mode: LeadMode;
  /** The source of rows that name none. */
  readonly source: string | null;
  readonly mapping: MappingRequest;
}

/** A file that was read to its end once, and is CSV throughout. */
export interface SurveyedFile {
  readonly path: string;
  readonly importId: string;
  readonly rows: number;
  readonly delimiter: string;
  readonly mapping: ColumnMapping;
}

/** What the rows of a file are sent with. */
export interface FileImport {
  readonly file: SurveyedFile;
  readonly plan: ImportPlan;
  readonly actor: Actor;
  readonly receive: ReceiveLead;
  readonly journal: OutcomeJournal;
  /** Ends the import after the rows under way. */
  readonly signal: AbortSignal;
  /** Told after every row. */
  readonly onRow: () => void;
}

/** Rows sent at once: what the event store needs to reach its full speed. */
export const ROWS_IN_FLIGHT_MAX = 64;

/**
 * Reads the whole file once: so nothing is imported of one that turns out to be broken, and its
 * length is known. Rejects with `file_unreadable`, `csv_invalid`, or what `mapColumns` throws.
 */
export async function surveyFile(path: string, plan: ImportPlan): Promise<SurveyedFile> {
  const hashed = new HashedBytes();
  const table = await readCsv(hashed.pass(bytesOf(path)));
  const { mapping, rows } = await walk(table, plan.mapping);
  if (rows === 0) throw csvInvalid('The file has a header and no rows under it.');
  const { policy, mode, source } = plan;
  const identity = { tenantId: policy.tenantId, mode, source, mapping };
  const importId = importIdOf({ ...identity, contentHash: hashed.digest() });
  return { path, importId, rows, delimiter: table.delimiter, mapping };
}

async function walk(table: CsvTable, request: MappingRequest) {
  try {
    const mapping = mapColumns(table.columns, request);
    let rows = 0;
    for await (const row of table.rows) rows = row.number;
    return { mapping, rows };
  } finally {
    await table.close();
  }
}

/** Every row as it would be read; stores nothing. */
export async function previewFile(file: SurveyedFile, plan: ImportPlan): Promise<ImportPreview> {
  const { rows } = await readCsv(bytesOf(file.path));
  const { mapping } = file;
  return previewRows(rows, { mapping, source: plan.source, countries: plan.policy.countries });
}

/**
 * Imports the rows that the journal does not have yet. May be killed at any moment and run again:
 * no row makes two leads or is counted twice. Holds {@link ROWS_IN_FLIGHT_MAX} rows at most.
 */
export async function importFile(work: FileImport): Promise<OutcomeCounts> {
  const { file, plan, actor, receive, journal, signal } = work;
  const { policy, mode, source } = plan;
  const { importId, mapping } = file;
  const importer = new RowImporter(
    { importId, policy, mode, source, mapping, actor, apiKeyId: null },
    patiently(receive, signal),
  );
  const { rows } = await readCsv(bytesOf(file.path));
  const left = remaining(rows, journal.lastRow, signal);
  for await (const result of inOrder(left, (row) => importer.take(row), ROWS_IN_FLIGHT_MAX)) {
    await journal.add(result);
    work.onRow();
  }
  return journal.counts;
}

async function* remaining(
  rows: AsyncIterable<CsvRow>,
  lastRow: number,
  signal: AbortSignal,
): AsyncGenerator<CsvRow> {
  for await (const row of rows) {
    if (signal.aborted) return;
    if (row.number > lastRow) yield row;
  }
}

async function* bytesOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    throw new DomainError(
      'validation',
      'file_unreadable',
      `${path} cannot be read (${code}). Check the path and that the file may be read.`,
    );
  }
}
