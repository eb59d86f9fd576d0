import { type CommandRunner, type Position } from '#libs/event-store';
import { type Clock, DomainError, fold, type TenantId } from '#libs/kernel';
import { aliasMapDecider } from '../domain/alias-map.decider.js';
import {
  type OpenedStatement,
  type SaidTerms,
  statementDecider,
  type StatementTerms,
  withNamesOf,
} from '../domain/opened-statement.js';
import { type AliasEvent } from '../domain/postback-settings.events.js';
import { type Reading } from '../domain/postback.events.js';
import { type Hit } from '../domain/reading/hit.js';
import { type ReadHit } from '../domain/reading/read-hit.js';
import { isAboutTime, type StatementLine } from '../domain/statement-difference.js';
import { type StatementEvent } from '../domain/statement.events.js';
import { compareStatement, type StatementComparison } from '../domain/statement.js';
import { type Caller, contextOf } from './caller.js';
import { type HitReader, type ReadingSettings } from './hit-reader.js';
import { batchesOf, peeked } from './in-batches.js';
import { PostbackIntake, type IntakeParts } from './postback-intake.js';
import { type Receipt } from './receive-postback.handler.js';
import { aliasMapStream, statementStream } from './settings-streams.js';
import { FirstLines, sameFileAs } from './same-file.js';
import { LineIds, statementIdOf } from './statement-ids.js';
import { type StatementLookup } from './ports.js';
import { StatementLedger, type StatementLedgerParts } from './statement-ledger.js';

/** A statement to be brought in. */
export interface StatementToImport {
  readonly tenantId: TenantId;
  readonly terms: SaidTerms;
  /** Of the payout that is agreed with the destination now, ISO 4217. */
  readonly agreedCurrency: string;
  /** Each line as a JSON object of its columns. */
  readonly lines: AsyncIterable<string> | Iterable<string>;
  /** Only compares, and stores nothing. */
  readonly preview: boolean;
  readonly caller: Caller;
  /** Told after every few lines how many have been read. */
  readonly onProgress?: (lines: number) => void;
}

/** What came of a statement. */
export interface ImportedStatement extends StatementComparison {
  readonly statementId: string;
  readonly lines: number;
  /** Lines that are reports from now on; the others were before. `0` in a preview. */
  readonly stored: number;
  /** Of the last report; `null` in a preview and for a statement without lines. */
  readonly position: Position | null;
  /**
   * The latest statement of this buyer with the same first lines, which said something else of its
   * period or how it is read: lines of both count; `null` if none is known.
   */
  readonly sameFileAs: string | null;
}

/** What {@link StatementImporter} is put together from. */
export interface StatementImporterParts extends IntakeParts, StatementLedgerParts {
  readonly runner: CommandRunner;
  readonly reader: HitReader;
  readonly statements: StatementLookup;
  readonly clock: Clock;
}

/** Lines a statement may have; about 1 kB of memory each. */
export const STATEMENT_LINES_MAX = 200_000;
const LINES_AT_ONCE = 50;

/**
 * Brings in statements of buyers (PB-13). A line is read and stored like any report, and matched
 * like any by the worker; so tokens, aliases, corrections and repeats obey one law. The answer
 * compares what the lines say with our ledger without them.
 */
export class StatementImporter {
  readonly #parts: StatementImporterParts;
  readonly #intake: PostbackIntake;
  readonly #ledger: StatementLedger;

  constructor(parts: StatementImporterParts) {
    this.#parts = parts;
    this.#intake = new PostbackIntake(parts);
    this.#ledger = new StatementLedger(parts);
  }

  /**
   * Goes through all lines, and stores them as it does. Stopped on its way, it may be run again:
   * lines are recognised. Rejects with `statement_not_understood`, `statement_too_long`,
   * `statement_period_too_long`, and `statement_currency_differs` where it was brought in before in
   * another one.
   */
  async import(wish: StatementToImport): Promise<ImportedStatement> {
    const { tenantId } = wish;
    const importedAt = this.#parts.clock.now().toISOString();
    const { first: beginning, all } = await peeked(batchesOf(wish.lines, LINES_AT_ONCE));
    await this.#refuseUnknown(wish, beginning ?? []);
    const terms = await this.#termsOf(wish, importedAt);
    const taken = await this.#takeAll(wish, terms, importedAt, all);
    const { lines, ownIds, stored, position, first } = taken;
    const transfers = await this.#ledger.rows({ tenantId, terms, lines, ownIds });
    const { from, to, destinationId } = terms;
    const period = { from, to };
    return {
      ...compareStatement({ lines, transfers, period, destinationId, importedAt }),
      ...{ statementId: terms.statementId, lines: lines.length, stored, position },
      sameFileAs: await sameFileAs(this.#parts.statements, tenantId, terms, first),
    };
  }

  /** A file without a line of names has none that is known, and would be stored as nothing. */
  async #refuseUnknown(wish: StatementToImport, beginning: readonly string[]): Promise<void> {
    const settings = await this.#settingsOf(wish.tenantId, termsAsSaid(wish));
    const readings = await Promise.all(
      beginning.map(async (text) => (await this.#read(wish.tenantId, text, settings)).read.reading),
    );
    const isUnknown = readings.every(({ fields }) => Object.keys(fields).length === 0);
    if (isUnknown && readings.length > 0) throw statementNotUnderstood();
  }

  /**
   * A statement that was opened before is read as it was then: the worker reads its lines so, too.
   */
  async #termsOf(wish: StatementToImport, at: string): Promise<StatementTerms> {
    const { terms: said } = wish;
    const terms = termsAsSaid(wish);
    const { statementId } = terms;
    const opened = await (wish.preview ? this.#opened(statementId) : this.#open(wish, terms, at));
    if (opened === null) return terms;
    if (said.currency !== null && said.currency !== opened.currency) {
      throw statementCurrencyDiffers(opened.currency);
    }
    return opened;
  }

  async #opened(statementId: string): Promise<OpenedStatement> {
    const events = await this.#parts.runner.history<StatementEvent>(statementStream(statementId));
    return fold(statementDecider, events);
  }

  async #open(
    { tenantId, caller }: StatementToImport,
    terms: StatementTerms,
    at: string,
  ): Promise<OpenedStatement> {
    const { statementId } = terms;
    const { state } = await this.#parts.runner.run({
      ...{ stream: statementStream(statementId), decider: statementDecider },
      command: { type: 'OpenStatement', terms, at },
      context: contextOf(caller, tenantId, statementId, at),
    });
    return state;
  }

  async #takeAll(
    wish: StatementToImport,
    terms: StatementTerms,
    receivedAt: string,
    batches: AsyncIterable<readonly string[]>,
  ): Promise<TakenLines> {
    const settings = await this.#settingsOf(wish.tenantId, terms);
    const ids = new LineIds(terms.statementId);
    const taken = new TakenLines();
    for await (const texts of batches) {
      if (taken.lines.length + texts.length > STATEMENT_LINES_MAX) throw statementTooLong();
      const before = taken.lines.length;
      taken.first.note(texts);
      const batch = texts.map((text, index) => ({
        ...{ text, postbackId: ids.next(text) },
        receipt: { receivedAt, sequence: before + index + 1 },
      }));
      taken.add(
        await Promise.all(batch.map((line) => this.#take(wish, terms.statementId, line, settings))),
      );
      wish.onProgress?.(taken.lines.length);
    }
    return taken;
  }

  async #settingsOf(tenantId: TenantId, terms: StatementTerms): Promise<LineSettings> {
    const events = await this.#parts.runner.history<AliasEvent>(aliasMapStream(tenantId));
    const additions = withNamesOf(terms, fold(aliasMapDecider, events));
    return { additions, token: terms, destinationId: terms.destinationId };
  }

  async #take(
    { tenantId, preview, caller }: StatementToImport,
    tokenId: string,
    { text, postbackId, receipt }: IdentifiedLine,
    { destinationId, ...settings }: LineSettings,
  ): Promise<TakenLine> {
    const { hit, read } = await this.#read(tenantId, text, settings);
    const { reading } = read;
    if (preview) return { postbackId, reading, isNew: false, position: null };
    const { isNew, position } = await this.#intake.store({
      ...{ tenantId, postbackId, tokenId, destinationId, hit, read, ...receipt, caller },
      origin: { ip: null, headers: {} },
    });
    return { postbackId, reading, isNew, position };
  }

  async #read(
    tenantId: TenantId,
    text: string,
    settings: ReadingSettings,
  ): Promise<{ readonly hit: Hit; readonly read: ReadHit }> {
    const hit: Hit = { method: 'IMPORT', contentType: 'application/json', query: '', body: text };
    return { hit, read: await this.#parts.reader.read(tenantId, hit, settings) };
  }
}

function termsAsSaid({ tenantId, terms, agreedCurrency }: StatementToImport): StatementTerms {
  const currency = terms.currency ?? agreedCurrency;
  return { ...terms, statementId: statementIdOf(tenantId, terms), currency };
}

interface LineSettings extends ReadingSettings {
  readonly destinationId: string;
}

interface IdentifiedLine {
  readonly text: string;
  readonly postbackId: string;
  /** Lines count in the order of the statement, from 1. */
  readonly receipt: Receipt;
}

interface TakenLine {
  readonly postbackId: string;
  readonly reading: Reading;
  readonly isNew: boolean;
  readonly position: Position | null;
}

/** The lines that have been read so far. */
class TakenLines {
  readonly lines: StatementLine[] = [];
  readonly ownIds = new Set<string>();
  readonly first = new FirstLines();
  stored = 0;
  position: Position | null = null;

  add(taken: readonly TakenLine[]): void {
    for (const { postbackId, reading, isNew, position } of taken) {
      this.lines.push({ line: this.lines.length + 1, reading: comparable(reading) });
      this.ownIds.add(postbackId);
      if (isNew) this.stored += 1;
      if (position !== null && position > (this.position ?? -1n)) this.position = position;
    }
  }
}

/** Without what a comparison does not ask for, and would fill the memory. */
function comparable(reading: Reading): Reading {
  return { ...reading, fields: {}, warnings: reading.warnings.filter(isAboutTime) };
}

function statementNotUnderstood(): DomainError {
  return new DomainError(
    'validation',
    'statement_not_understood',
    'No column of the statement is known. The first line of a CSV file holds the names of its ' +
      'columns (caller_id, payout, call_time …); what your buyer calls otherwise can be named in ' +
      'aliases.',
  );
}

function statementTooLong(): DomainError {
  return new DomainError(
    'validation',
    'statement_too_long',
    `A statement may have ${STATEMENT_LINES_MAX} lines. Import a shorter period of it.`,
    { details: { lines_max: STATEMENT_LINES_MAX } },
  );
}

/** Its lines are in the log in that currency, and would count twice in another. */
function statementCurrencyDiffers(currency: string): DomainError {
  return new DomainError(
    'conflict',
    'statement_currency_differs',
    `This statement was brought in before, in ${currency}. Send it in ${currency}, or without a ` +
      'currency; rows that are in another one can say so in a column.',
    { details: { currency } },
  );
}
