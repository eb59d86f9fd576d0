import { type ClientBase } from 'pg';
import { columnName, type ReadModelTable } from '../table.js';

/** Two tables of one read model. Their names are taken as they are, into statements. */
export interface TablePair {
  /** The table under test. */
  readonly live: string;
  /** The table it must equal. */
  readonly recomputed: string;
}

/** A column that holds other than it must, in the form Postgres writes values in. */
export interface ColumnDifference {
  readonly column: string;
  /** Not told of sealed columns. */
  readonly sealed: boolean;
  readonly live: string | null;
  readonly recomputed: string | null;
}

/** A row that is wrong: not there, there for no reason, or other than it must be. */
export interface RowDifference {
  readonly kind: 'missing' | 'extra' | 'changed';
  /** Names and values of the key's columns. */
  readonly key: Readonly<Record<string, string>>;
  /** Of a changed row. */
  readonly columns: readonly ColumnDifference[];
}

/** The outcome of comparing every row of two tables. */
export interface TableComparison {
  readonly liveRows: bigint;
  readonly recomputedRows: bigint;
  readonly missing: bigint;
  readonly extra: bigint;
  readonly changed: bigint;
  /** Some of the differences, in the order of the key. */
  readonly differences: readonly RowDifference[];
}

/**
 * Compares two tables of one read model row by row, in the database: one pass over both, and
 * another to fetch up to `differencesMax` differences if there are any. Both statements see the
 * same rows only within one repeatable-read transaction.
 */
export async function compareTables(
  client: ClientBase,
  table: ReadModelTable,
  pair: TablePair,
  differencesMax = 20,
): Promise<TableComparison> {
  const { rows } = await client.query<Omit<TableComparison, 'differences'>>(
    countStatement(table, pair),
  );
  const [counts] = rows;
  if (counts === undefined) throw new Error('Postgres counted nothing.');
  const total = counts.missing + counts.extra + counts.changed;
  if (total === 0n || differencesMax === 0) return { ...counts, differences: [] };
  const found = await client.query<SampleRow>(sampleStatement(table, pair, differencesMax));
  return { ...counts, differences: found.rows.map((row) => toDifference(table, row)) };
}

/** No row is missing, none is extra and none is changed. */
export function isEqual({ missing, extra, changed }: TableComparison): boolean {
  return missing + extra + changed === 0n;
}

interface SampleRow {
  readonly kind: RowDifference['kind'];
  readonly key: readonly string[];
  readonly differs: readonly boolean[];
  readonly live: readonly (string | null)[];
  readonly recomputed: readonly (string | null)[];
}

function countStatement(table: ReadModelTable, pair: TablePair): string {
  const { kind } = expressions(table);
  return `
    select count(*) filter (where in_live) as "liveRows",
           count(*) filter (where in_recomputed) as "recomputedRows",
           count(*) filter (where kind = 'missing') as missing,
           count(*) filter (where kind = 'extra') as extra,
           count(*) filter (where kind = 'changed') as changed
      from (select l.tenant_id is not null as in_live, r.tenant_id is not null as in_recomputed,
                   ${kind} as kind
              from ${joined(table, pair)}) as compared`;
}

function sampleStatement(table: ReadModelTable, pair: TablePair, limit: number): string {
  const { kind, differs } = expressions(table);
  const values = valueColumns(table).map(columnName);
  const texts = (side: string) => `array[${values.map((each) => `${side}.${each}::text`).join()}]`;
  const keys = table.key.map(columnName).map((each) => `coalesce(l.${each}, r.${each})`);
  return `
    select ${kind} as kind, array[${keys.map((each) => `${each}::text`).join()}] as key,
           array[${differs.join()}]::boolean[] as differs,
           ${texts('l')}::text[] as live, ${texts('r')}::text[] as recomputed
      from ${joined(table, pair)}
     where ${kind} is not null
     order by ${keys.join()}
     limit ${limit}`;
}

function joined(table: ReadModelTable, { live, recomputed }: TablePair): string {
  const matches = table.key.map(columnName).map((each) => `l.${each} = r.${each}`);
  return `${live} as l full join ${recomputed} as r on ${matches.join(' and ')}`;
}

/** What is wrong with a joined row (null: nothing), and whether each value differs. */
function expressions(table: ReadModelTable) {
  const differs = valueColumns(table)
    .map(columnName)
    .map((each) => `l.${each} is distinct from r.${each}`);
  const kind = `case when l.tenant_id is null then 'missing' when r.tenant_id is null then 'extra'
                     when ${['false', ...differs].join(' or ')} then 'changed' end`;
  return { differs, kind };
}

function valueColumns(table: ReadModelTable): string[] {
  return Object.keys(table.columns).filter((each) => !table.key.includes(each));
}

function toDifference(table: ReadModelTable, row: SampleRow): RowDifference {
  const names = table.key.map(columnName);
  const key = Object.fromEntries(names.map((name, index) => [name, row.key[index] ?? '']));
  const columns = row.kind === 'changed' ? changedColumns(table, row) : [];
  return { kind: row.kind, key, columns };
}

function changedColumns(table: ReadModelTable, row: SampleRow): ColumnDifference[] {
  return valueColumns(table).flatMap((property, index): ColumnDifference[] => {
    if (row.differs[index] !== true) return [];
    const [live = null, recomputed = null] = [row.live[index], row.recomputed[index]];
    const column = columnName(property);
    return isSealed(property, live, recomputed)
      ? [{ column, sealed: true, live: null, recomputed: null }]
      : [{ column, sealed: false, live, recomputed }];
  });
}

/** A sealed text: version, key and box. */
const SEALED = /(^|\W)v\d+\.[\w-]+\.[\w-]+/;

/**
 * Sealed boxes are called `personal`; what looks like one elsewhere, or stands in such a column
 * unsealed, is not shown either.
 */
function isSealed(property: string, ...values: readonly (string | null)[]): boolean {
  return /personal/i.test(property) || values.some((each) => each !== null && SEALED.test(each));
}
