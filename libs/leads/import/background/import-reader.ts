import { type TenantId } from '#libs/kernel';
import { type DataKeys, isErased, type Sealed } from '#libs/privacy';
import { type Database, inTenant, type LeadImportTable } from '#libs/read-db';
import { type Selectable } from 'kysely';
import { type ColumnMapping } from '../column-mapping.js';
import { importNotFound } from '../import-errors.js';
import {
  OUTCOME_HEADER,
  type OutcomeCounts,
  type RowOutcome,
  toOutcomeLine,
  totalOf,
} from '../row-outcome.js';
import { type ImportLayout } from './import-layout.js';

/** How an import stands. `failed` ended early; posting the same file again continues it. */
export type ImportStatus = 'queued' | 'running' | 'finished' | 'failed';

/** An import, as its sender may see it. */
export interface ImportView {
  readonly importId: string;
  readonly status: ImportStatus;
  readonly fileName: string | null;
  /** `null` if its key was erased. */
  readonly mapping: ColumnMapping | null;
  readonly source: string | null;
  readonly mode: 'live' | 'test';
  readonly rows: number;
  readonly processed: number;
  readonly counts: OutcomeCounts;
  /** Code of what ended it early. */
  readonly failure: string | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
}

const OUTCOMES_PER_PAGE = 2_000;
/** Imports in a list at most. */
export const IMPORTS_LISTED_MAX = 200;

/** Shows a tenant its imports. */
export class ImportReader {
  constructor(
    private readonly database: Database,
    private readonly keys: DataKeys,
  ) {}

  /** The latest imports, newest first. */
  async list(tenantId: TenantId, limit: number): Promise<ImportView[]> {
    const rows = await inTenant(this.database, tenantId, (transaction) =>
      transaction
        .selectFrom('leadImport')
        .selectAll()
        .orderBy('createdAt', 'desc')
        .orderBy('importId')
        .limit(Math.min(limit, IMPORTS_LISTED_MAX))
        .execute(),
    );
    return this.#views(tenantId, rows);
  }

  /** One import. Rejects with `import_not_found`. */
  async find(tenantId: TenantId, importId: string): Promise<ImportView> {
    const rows = await inTenant(this.database, tenantId, (transaction) =>
      transaction.selectFrom('leadImport').selectAll().where('importId', '=', importId).execute(),
    );
    const [view] = await this.#views(tenantId, rows);
    if (view === undefined) throw importNotFound();
    return view;
  }

  /**
   * The outcome file so far, in pieces; with `outcome`, only rows of that one. Rejects with
   * `import_not_found` before the first piece.
   */
  async *outcomes(
    tenantId: TenantId,
    importId: string,
    outcome: RowOutcome | null,
  ): AsyncGenerator<string> {
    await this.find(tenantId, importId);
    yield `${OUTCOME_HEADER}\n`;
    for (let after: number | undefined = 0; after !== undefined;) {
      const page = await this.#outcomePage(tenantId, importId, outcome, after);
      yield page.map(toOutcomeLine).join('');
      after = page.length < OUTCOMES_PER_PAGE ? undefined : page.at(-1)?.row;
    }
  }

  #outcomePage(tenantId: TenantId, importId: string, outcome: RowOutcome | null, after: number) {
    return inTenant(this.database, tenantId, (transaction) =>
      transaction
        .selectFrom('leadImportOutcome')
        .select(['row', 'outcome', 'leadId', 'status', 'reason'])
        .where('tenantId', '=', tenantId)
        .where('importId', '=', importId)
        .where('row', '>', after)
        .$if(outcome !== null, (query) => query.where('outcome', '=', outcome ?? 'error'))
        .orderBy('row')
        .limit(OUTCOMES_PER_PAGE)
        .execute(),
    );
  }

  async #views(tenantId: TenantId, rows: readonly Selectable<LeadImportTable>[]) {
    const boxes = rows.map(({ layout }) => layout as Sealed<ImportLayout>);
    const layouts = await this.keys.openAll(tenantId, boxes);
    return rows.map((row, index) => {
      const layout = layouts[index];
      return viewOf(row, layout === undefined || isErased(layout) ? null : layout);
    });
  }
}

function viewOf(row: Selectable<LeadImportTable>, layout: ImportLayout | null): ImportView {
  const { importId, source, mode, failure, createdAt, startedAt, finishedAt } = row;
  const { created, duplicate, ineligible, error } = row;
  const counts = { created, duplicate, ineligible, error };
  return {
    ...{ importId, source, mode, counts, failure, createdAt, startedAt, finishedAt },
    status: statusOf(row),
    fileName: layout?.fileName ?? null,
    mapping: layout?.mapping ?? null,
    rows: row.rowsTotal,
    processed: totalOf(counts),
  };
}

function statusOf(row: Selectable<LeadImportTable>): ImportStatus {
  if (row.failure !== null) return 'failed';
  if (row.finishedAt !== null) return 'finished';
  return row.startedAt === null ? 'queued' : 'running';
}
