import { type Projection } from './projection.js';
import { columnName, type ReadModelTable } from './table.js';

/** The statements of one build's table; each is prepared once per connection, by name. */
export interface TableStatements {
  /** Takes keys. */
  readonly select: { readonly name: string; readonly text: string };
  /** Takes rows. Refused where a row of the same key is there already. */
  readonly insert: { readonly name: string; readonly text: string };
  /** Takes rows. */
  readonly upsert: { readonly name: string; readonly text: string };
  /** Takes keys. */
  readonly remove: { readonly name: string; readonly text: string };
}

/** What the tables of one version are called; those of its builds have a number more. */
export function versionedTable({ name, version }: Pick<Projection, 'name' | 'version'>): string {
  return `${name}_v${version}`;
}

/**
 * One parameter per column, whatever the number of rows: a list of a column's values is the
 * cheapest thing to take apart in Postgres. See {@link toParameters}.
 *
 * Rows are found one by one behind a limit: a plan is made once, often for an empty table, and a
 * plain join of it may scan what has become a large one.
 */
export function tableStatements(
  projection: Projection,
  name: string = versionedTable(projection),
): TableStatements {
  const { table } = projection;
  const properties = Object.keys(table.columns);
  const selected = properties.map((each) => `t.${columnName(each)} as "${each}"`).join(', ');
  const changed = properties.filter((each) => !table.key.includes(each));
  const keys = unnested(table, table.key);
  const matches = table.key.map((each) => `t.${columnName(each)} = k."${each}"`).join(' and ');
  const inserted =
    `insert into ${name} (${properties.map(columnName).join(', ')}) ` +
    `select ${properties.map((each) => valueOf(table, each)).join(', ')} ` +
    `from ${unnested(table, properties)}`;
  return {
    select: {
      name: `${name}:select`,
      text:
        `select ${selected} from ${keys} ` +
        `cross join lateral (select * from ${name} as t where ${matches} limit 1) as t`,
    },
    insert: { name: `${name}:insert`, text: inserted },
    upsert: {
      name: `${name}:upsert`,
      text:
        `${inserted} on conflict (${table.key.map(columnName).join(', ')}) do update set ` +
        changed.map((each) => `${columnName(each)} = excluded.${columnName(each)}`).join(', '),
    },
    remove: {
      name: `${name}:remove`,
      text:
        `delete from ${name} where ctid = any (array(select t.ctid from ${keys} ` +
        `cross join lateral (select ctid from ${name} as t where ${matches} limit 1) as t))`,
    },
  };
}

const isList = (sql: string) => sql.endsWith('[]');
const typeOf = (table: ReadModelTable, property: string) => table.columns[property]?.sql ?? '';

/** Lists of lists are of one length each in Postgres, so a list in a column travels as a text. */
function unnested(table: ReadModelTable, properties: readonly string[]): string {
  const lists = properties.map((each, index) => {
    const sql = typeOf(table, each);
    return `$${index + 1}::${isList(sql) ? 'text' : sql}[]`;
  });
  return `unnest(${lists.join(', ')}) as k(${properties.map((each) => `"${each}"`).join(', ')})`;
}

function valueOf(table: ReadModelTable, property: string): string {
  const sql = typeOf(table, property);
  return isList(sql) ? `k."${property}"::${sql}` : `k."${property}"`;
}

/**
 * Rows or keys of a table as a statement of it takes them: a list in Postgres' notation for each
 * column. Throws for what has no form outside of memory.
 */
export function toParameters(
  table: ReadModelTable,
  statement: keyof TableStatements,
  rows: readonly object[],
): string[] {
  const isOfKeys = statement === 'select' || statement === 'remove';
  const properties = isOfKeys ? table.key : Object.keys(table.columns);
  return properties.map((each) => {
    const sql = typeOf(table, each);
    return toList(rows.map((row) => toElement(sql, (row as Row)[each])));
  });
}

type Row = Readonly<Record<string, unknown>>;

function toElement(sql: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (sql === 'bigint' && typeof value === 'bigint') return value.toString();
  if (isList(sql)) return toList(value as readonly unknown[]);
  return sql === 'jsonb' || typeof value === 'object' ? JSON.stringify(value) : value;
}

/** As JSON, in other brackets, which is quickly written; but Postgres knows none of its escapes. */
function toList(elements: readonly unknown[]): string {
  const json = JSON.stringify(elements);
  const inner = json.includes('\\') ? elements.map(quoted).join(',') : json.slice(1, -1);
  return `{${inner}}`;
}

function quoted(element: unknown): string {
  if (typeof element !== 'string') return JSON.stringify(element ?? null);
  if (!element.isWellFormed()) throw new Error('A text ends within a character.');
  return `"${element.replace(/["\\]/g, '\\$&')}"`;
}
