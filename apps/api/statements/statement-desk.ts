import { DomainError } from '#libs/kernel';
import { readCsv, validationFailed } from '#libs/leads';
import {
  type ImportedStatement,
  lineOfCells,
  StatementImporter,
  statementOfJson,
} from '#libs/revenue';
import { Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { parseJsonBody } from '../http/body/json-body.js';
import { type Calling } from '../http/calling.js';
import { csvLine } from '../http/csv-text.js';
import { POSITION_HEADER } from '../http/position-header.js';
import { Validated } from '../http/validated.pipe.js';
import { JSON_UPLOAD, uploadedFile, type UploadedFile } from '../imports/upload-body.js';
import { KnownDestinations } from '../postback-tokens/known-destinations.js';
import { StatementOptions, termsOf } from './statement.requests.js';
import {
  DIFFERENCE_COLUMNS,
  differenceCells,
  statementView,
  type StatementView,
} from './statement.response.js';

/** JSON is read as a whole; longer statements come as CSV, which is read as it arrives. */
const JSON_BYTES_MAX = 16 * 1024 * 1024;

/** A statement on its way in. */
interface SentStatement {
  readonly options: StatementOptions;
  readonly lines: AsyncIterable<string> | Iterable<string>;
}

/** Takes statements of buyers in and tells how they differ from our ledger (PB-13). */
@Injectable()
export class StatementDesk {
  constructor(
    private readonly importer: StatementImporter,
    private readonly destinations: KnownDestinations,
  ) {}

  /** Imports the statement of a request, or with `preview` only compares it. */
  async receive(
    calling: Calling,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<StatementView | Readable> {
    const file = await uploadedFile(request);
    try {
      return await this.#take(calling, await sentStatement(request, file), reply);
    } catch (error) {
      // What is left of the body is not waited for.
      reply.header('connection', 'close');
      throw error;
    } finally {
      file.discard();
    }
  }

  async #take(
    { key, caller }: Calling,
    { options, lines }: SentStatement,
    reply: FastifyReply,
  ): Promise<StatementView | Readable> {
    const { tenantId } = key;
    const terms = termsOf(options);
    const { settings } = await this.destinations.known(tenantId, terms.destinationId);
    const preview = String(options.preview) === 'true';
    const imported = await this.importer.import({
      ...{ tenantId, terms, lines, preview, caller },
      agreedCurrency: settings.payout.currency,
    });
    if (imported.position !== null) reply.header(POSITION_HEADER, String(imported.position));
    return options.format === 'csv' ? asCsv(reply, imported) : statementView(imported, preview);
  }
}

/** Fields of a form come after those of the address, and those of JSON after both. */
async function sentStatement(request: FastifyRequest, file: UploadedFile): Promise<SentStatement> {
  const said = { ...(request.query as object), ...file.fields };
  if (request.headers['content-type'] === JSON_UPLOAD)
    return ofJson(said, await textOf(file.bytes));
  const options = checked(said);
  const { columns, rows } = await readCsv(file.bytes);
  return { options, lines: linesOf(columns, rows) };
}

async function* linesOf(
  columns: readonly string[],
  rows: AsyncIterable<{ readonly cells: readonly string[] }>,
): AsyncGenerator<string> {
  for await (const { cells } of rows) yield lineOfCells(columns, cells);
}

function ofJson(said: object, text: string): SentStatement {
  // Refuses what is no JSON, or would do harm; the exact reading is another.
  parseJsonBody(text);
  const statement = statementOfJson(text);
  if (statement === null) throw wrong('(body)', 'must be an object');
  if (statement.rows === null) throw wrong('rows', 'must be a list of objects');
  return { options: checked({ ...said, ...statement.fields }), lines: statement.rows };
}

function wrong(field: string, message: string): DomainError {
  return validationFailed([{ field, code: 'wrong_type', message }]);
}

function checked(fields: object): StatementOptions {
  const of = { type: 'body', metatype: StatementOptions } as const;
  return Validated.transform(fields, of) as StatementOptions;
}

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > JSON_BYTES_MAX) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): DomainError {
  return new DomainError(
    'too_large',
    'payload_too_large',
    `A statement in JSON may hold ${JSON_BYTES_MAX} bytes; send a longer one as CSV.`,
    { details: { limit_bytes: JSON_BYTES_MAX } },
  );
}

/** All differences as a download. */
function asCsv(reply: FastifyReply, { differences, statementId }: ImportedStatement): Readable {
  reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${statementId}.differences.csv"`);
  return Readable.from(csvOf(differences));
}

function* csvOf(differences: ImportedStatement['differences']) {
  yield csvLine(DIFFERENCE_COLUMNS);
  for (const difference of differences) yield csvLine(differenceCells(difference));
}
