import { destinationEvents, DestinationReader } from '#libs/calls';
import { CommandRunner, EventCatalog } from '#libs/event-store';
import { DomainError, type TenantId } from '#libs/kernel';
import { readCsv } from '#libs/leads';
import {
  HitReader,
  type ImportedStatement,
  instantInZone,
  lineOfCells,
  readAliases,
  RevenueClock,
  RevenueRunner,
  StatementImporter,
} from '#libs/revenue';
import { constants, createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { ReadModelPostbackLookup } from '#projections/postback-inbox';
import { ReadModelStatementLookup } from '#projections/statement-list';
import { ReadModelTransferLookup } from '#projections/transfer-matching';
import { operatorCall } from '../connection/operator.js';
import { type StackConnection } from '../connection/stack-connection.js';
import { knownTenant } from './known-tenant.js';

/** Which file, whose it is, what it covers and how its rows are read. */
export interface StatementRequest {
  readonly path: string;
  readonly tenantId: TenantId;
  readonly destinationId: string;
  /** ISO-8601, or a date in the zone, which begins at its midnight. The end is excluded. */
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
  /** ISO 4217; if left out, the one that was agreed with the destination. */
  readonly currency?: string;
  readonly amountUnit: 'by_name' | 'cents';
  /** By name of a column, what it means. */
  readonly aliases: readonly { readonly field: string; readonly name: string }[];
  readonly preview: boolean;
  readonly onProgress: (lines: number) => void;
}

/**
 * How many rows a file has. Rejects with `csv_invalid` before anything of a broken one is stored.
 */
export async function countLines(path: string): Promise<number> {
  await access(path, constants.R_OK).catch(() => {
    throw new DomainError(
      'validation',
      'file_unreadable',
      `${path} cannot be read. Check its path.`,
    );
  });
  const { rows } = await readCsv(createReadStream(path));
  let count = 0;
  for await (const { number } of rows) count = number;
  return count;
}

/** Imports a statement, or only compares it. The tenant and the destination have to be known. */
export async function importStatement(
  stack: StackConnection,
  request: StatementRequest,
): Promise<ImportedStatement> {
  const { tenantId, timeZone, amountUnit, preview, onProgress } = request;
  await knownTenant(stack.runner, tenantId);
  const destinations = new CommandRunner(stack.eventStore, new EventCatalog(destinationEvents));
  const destinationId = request.destinationId.toLowerCase();
  const { settings } = await new DestinationReader(destinations).find(tenantId, destinationId);
  const { currency = null } = request;
  const [from, to] = [instantOf(request.from, timeZone), instantOf(request.to, timeZone)];
  if (from >= to) throw new DomainError('validation', 'period_empty', '--to must be after --from.');
  const terms = { destinationId, from, to, timeZone, currency, amountUnit };
  return importerOn(stack).import({
    ...{ tenantId, preview, onProgress, caller: operatorCall() },
    terms: { ...terms, aliases: readAliases(request.aliases) },
    agreedCurrency: settings.payout.currency,
    lines: linesOf(request.path),
  });
}

function importerOn({ eventStore, database, keys, secrets }: StackConnection): StatementImporter {
  return new StatementImporter({
    ...{ keys, secrets, runner: new RevenueRunner(eventStore), clock: new RevenueClock() },
    reader: new HitReader(secrets),
    transfers: new ReadModelTransferLookup(database),
    postbacks: new ReadModelPostbackLookup(database),
    statements: new ReadModelStatementLookup(database),
  });
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const { columns, rows } = await readCsv(createReadStream(path));
  for await (const { cells } of rows) yield lineOfCells(columns, cells);
}

function instantOf(text: string, timeZone: string): string {
  if (/T/.test(text)) return new Date(text).toISOString();
  return new Date(instantInZone(Date.parse(`${text}T00:00:00Z`), timeZone)).toISOString();
}
