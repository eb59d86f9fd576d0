import { DomainError } from '#libs/kernel';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import {
  counted,
  NO_OUTCOMES,
  OUTCOME_HEADER,
  type OutcomeCounts,
  readOutcomeLine,
  type RowResult,
  toOutcomeLine,
} from './row-outcome.js';

const UNWRITTEN_ROWS_MAX = 64;
const LINE_FEED = 0x0a;

interface Written {
  readonly counts: OutcomeCounts;
  readonly lastRow: number;
  /** Length of the part that is whole. */
  readonly bytes: number;
}

/**
 * The outcome file of an import, and how far the import has come: results are written in the order
 * of the rows, so the last whole line says where to go on.
 *
 * A file beside it, `<outcomes>.import`, says which import it belongs to. Rows whose line a crash
 * took along are sent again, and recognised by their command ids.
 */
export class OutcomeJournal {
  #counts: OutcomeCounts;
  #lastRow: number;
  #unwritten: string[] = [];

  private constructor(
    private readonly file: FileHandle,
    { counts, lastRow }: Written,
  ) {
    this.#counts = counts;
    this.#lastRow = lastRow;
  }

  /**
   * Opens the outcome file of an import where it ended; with `restart` an old one is removed first.
   * Rejects with `outcome_file_taken` if the file belongs to something else, and with
   * `outcome_file_unwritable` if it cannot be made.
   */
  static async open(
    path: string,
    importId: string,
    { restart }: { readonly restart: boolean },
  ): Promise<OutcomeJournal> {
    try {
      return await OutcomeJournal.#open(path, importId, restart);
    } catch (error) {
      throw isOfFile(error) ? outcomeFileUnwritable(path, error) : error;
    }
  }

  static async #open(path: string, importId: string, restart: boolean): Promise<OutcomeJournal> {
    const mark = `${path}.import`;
    if (restart) await Promise.all([rm(path, { force: true }), rm(mark, { force: true })]);
    const written = await readJournal(path);
    const owner = (await textOf(mark))?.trim();
    if (written !== null && owner !== importId) throw outcomeFileTaken(path);
    if (owner !== importId) await writeFile(mark, `${importId}\n`);
    if (written !== null) await truncate(path, written.bytes);
    const file = await open(path, 'a');
    if (written === null || written.bytes === 0) await file.appendFile(`${OUTCOME_HEADER}\n`);
    return new OutcomeJournal(file, written ?? NOTHING_WRITTEN);
  }

  /** Of all rows so far, those of earlier runs among them. */
  get counts(): OutcomeCounts {
    return this.#counts;
  }

  /** The rows up to this one are done. */
  get lastRow(): number {
    return this.#lastRow;
  }

  /** Adds the next row. Some rows wait in memory until {@link close}. */
  async add(result: RowResult): Promise<void> {
    this.#unwritten.push(toOutcomeLine(result));
    this.#counts = counted(this.#counts, result);
    this.#lastRow = result.row;
    if (this.#unwritten.length >= UNWRITTEN_ROWS_MAX) await this.#write();
  }

  async close(): Promise<void> {
    try {
      await this.#write();
    } finally {
      await this.file.close();
    }
  }

  async #write(): Promise<void> {
    const lines = this.#unwritten.join('');
    this.#unwritten = [];
    if (lines !== '') await this.file.appendFile(lines);
  }
}

const NOTHING_WRITTEN: Written = { counts: NO_OUTCOMES, lastRow: 0, bytes: 0 };

/** The whole part of an outcome file; `null` if there is no file. */
async function readJournal(path: string): Promise<Written | null> {
  let written = NOTHING_WRITTEN;
  try {
    for await (const line of lines(createReadStream(path))) {
      const next = followed(written, line);
      if (next === null) break;
      written = next;
    }
    return written;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** With one more line, if that is the one that belongs there. */
function followed(written: Written, line: Buffer): Written | null {
  const bytes = written.bytes + line.length + 1;
  const text = line.toString();
  if (written.bytes === 0) return text === OUTCOME_HEADER ? { ...written, bytes } : null;
  const result = readOutcomeLine(text);
  if (result?.row !== written.lastRow + 1) return null;
  return { counts: counted(written.counts, result), lastRow: result.row, bytes };
}

/** Lines that end with a line feed, without it. */
async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    rest = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = rest.indexOf(LINE_FEED); end !== -1; end = rest.indexOf(LINE_FEED, start)) {
      yield rest.subarray(start, end);
      start = end + 1;
    }
    rest = rest.subarray(start);
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function outcomeFileTaken(path: string): DomainError {
  return new DomainError(
    'conflict',
    'outcome_file_taken',
    `${path} exists and is not the outcome file of this import: the file, the mapping or the source ` +
      'was another then. Name another file with --outcomes, or replace it with --restart.',
  );
}

function isOfFile(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

function outcomeFileUnwritable(path: string, cause: NodeJS.ErrnoException): DomainError {
  return new DomainError(
    'validation',
    'outcome_file_unwritable',
    `${path} cannot be written (${cause.code ?? cause.message}), and without it no import could ` +
      'be gone on with. Name another file with --outcomes; nothing was imported.',
    { cause },
  );
}
