import { CsvError, type Options, parse } from 'csv-parse';
import { pipeline, Readable } from 'node:stream';
import { cleanText } from '../intake/clean-text.js';
import { decodeText } from './decode-text.js';
import { csvInvalid } from './import-errors.js';

/** One record of a file. `number` counts the records under the header from 1, blank ones not. */
export interface CsvRow {
  readonly number: number;
  readonly cells: readonly string[];
}

/** A CSV file, its header read and its rows yet to come. */
export interface CsvTable {
  /** Unique names, in the order of the file. */
  readonly columns: readonly string[];
  readonly delimiter: string;
  /** May be gone through once. Rejects with `csv_invalid` where the file is broken. */
  readonly rows: AsyncIterable<CsvRow>;
  /** Lets go of the source; for whoever does not go through the rows to their end. */
  close(): Promise<void>;
}

const DELIMITERS = [',', ';', '\t', '|'] as const;
const HEADER_CHARACTERS_MAX = 64 * 1024;
const RECORD_CHARACTERS_MAX = 128 * 1024;
const COLUMNS_MAX = 300;

/**
 * Reads a CSV file as it streams in: any of the common encodings and delimiters, quoted line
 * breaks, and rows of the wrong length. Rejects with `csv_invalid` for a file without a header.
 */
export async function readCsv(bytes: AsyncIterable<Uint8Array>): Promise<CsvTable> {
  const { head, rest } = await firstLine(decodeText(bytes));
  const { text, delimiter } = delimiterOf(head);
  const records = parseRecords(joined(text, rest), delimiter);
  const header = await records.next();
  if (header.done === true) {
    throw csvInvalid('The file is empty. It needs a header row, and its rows under it.');
  }
  return {
    columns: columnNames(header.value),
    delimiter,
    rows: numbered(records),
    close: async () => {
      await records.return(undefined);
    },
  };
}

/** Enough text to hold the first line, and what follows it. */
async function firstLine(
  text: AsyncGenerator<string>,
): Promise<{ head: string; rest: AsyncGenerator<string> }> {
  let head = '';
  while (!/[\r\n]./s.test(head) && head.length < HEADER_CHARACTERS_MAX) {
    const next = await text.next();
    if (next.done === true) break;
    head += next.value;
  }
  return { head, rest: text };
}

async function* joined(head: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield head;
  yield* rest;
}

/**
 * What separates the cells: what a `sep=` line says, else what is most frequent in the first line.
 */
function delimiterOf(head: string): { text: string; delimiter: string } {
  const declared = /^sep=(.)\r?\n/i.exec(head);
  if (declared?.[1] !== undefined) {
    return { text: head.slice(declared[0].length), delimiter: declared[1] };
  }
  const line = head
    .replace(/"[^"]*"/g, '')
    .replace(/^[\r\n]+/, '')
    .split(/[\r\n]/, 1)
    .join();
  const counts = DELIMITERS.map((delimiter) => line.split(delimiter).length);
  const best = counts.indexOf(Math.max(...counts));
  return { text: head, delimiter: DELIMITERS[best] ?? ',' };
}

async function* parseRecords(
  text: AsyncIterable<string>,
  delimiter: string,
): AsyncGenerator<string[]> {
  const options: Options = {
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    max_record_size: RECORD_CHARACTERS_MAX,
  };
  const parser = parse(options);
  // The parser is destroyed with whatever error the source has, and so ends the loop below.
  pipeline(Readable.from(text), parser, () => undefined);
  try {
    for await (const record of parser) yield record as string[];
  } catch (error) {
    throw error instanceof CsvError ? explained(error) : error;
  }
}

function explained(error: CsvError): unknown {
  const line = Number(error['lines'] ?? 0);
  if (!['CSV_QUOTE_NOT_CLOSED', 'CSV_MAX_RECORD_SIZE'].includes(error.code)) {
    return csvInvalid(
      `Line ${line} cannot be read as CSV (${error.code}). Correct it and try again.`,
    );
  }
  return csvInvalid(
    `Before line ${line} there is a quoted value that ends nowhere, or a record over 128 KiB. ` +
      'Nothing was imported. Close the quote, or double a quote that belongs to a value (""), ' +
      'and try again.',
  );
}

async function* numbered(records: AsyncIterable<readonly string[]>): AsyncGenerator<CsvRow> {
  let number = 0;
  for await (const cells of records) {
    number += 1;
    yield { number, cells };
  }
}

/** Names for all columns: those without one by their place, and repeated ones numbered. */
function columnNames(header: readonly string[]): string[] {
  if (header.length > COLUMNS_MAX) {
    throw csvInvalid(
      `There are ${header.length} columns; keep the ${COLUMNS_MAX} you need at most.`,
    );
  }
  const names = new Set<string>();
  for (const [index, cell] of header.entries()) {
    const name = cleanText(cell).slice(0, 200) || `column ${index + 1}`;
    let unique = name;
    for (let copy = 2; names.has(unique); copy += 1) unique = `${name} (${copy})`;
    names.add(unique);
  }
  return [...names];
}
