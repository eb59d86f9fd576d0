import { type Projection } from './projection.js';
import { columnName, type ReadModelTable } from './table.js';

/** The statements of one build's table; each is prepared once per connection, by name. */
export interface TableStatements {
  /** Takes the keys as a JSON array of objects. */
  readonly select: { readonly name: string; readonly text: string };
  /** Takes the rows as a JSON array of objects. */
  readonly upsert: { readonly name: string; readonly text: string };
  /** Takes the keys as a JSON array of objects. */
  readonly remove: { readonly name: string; readonly text: string };
}

/** What the tables of one version are called; those of its builds have a number more. */
export function versionedTable({ name, version }: Pick<Projection, 'name' | 'version'>): string {
  return `${name}_v${version}`;
}

/**
 * One parameter per statement, whatever the number of rows: a JSON text is the cheapest thing to
 * write in JavaScript and to take apart in Postgres, lists and nulls included.
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
  const keys = recordset(table, table.key);
  const matches = table.key.map((each) => `t.${columnName(each)} = k."${each}"`).join(' and ');
  return {
    select: {
      name: `${name}:select`,
      text:
        `select ${selected} from ${keys} as k ` +
        `cross join lateral (select * from ${name} as t where ${matches} limit 1) as t`,
    },
    upsert: {
      name: `${name}:upsert`,
      text:
        `insert into ${name} (${properties.map(columnName).join(', ')}) ` +
        `select ${properties.map((each) => `k."${each}"`).join(', ')} ` +
        `from ${recordset(table, properties)} as k ` +
        `on conflict (${table.key.map(columnName).join(', ')}) do update set ` +
        changed.map((each) => `${columnName(each)} = excluded.${columnName(each)}`).join(', '),
    },
    remove: {
      name: `${name}:remove`,
      text:
        `delete from ${name} where ctid = any (array(select t.ctid from ${keys} as k ` +
        `cross join lateral (select ctid from ${name} as t where ${matches} limit 1) as t))`,
    },
  };
}

/** A column goes by its number: names would be half of what is written, sent and read. */
const shortName = (table: ReadModelTable, property: string) =>
  `c${Object.keys(table.columns).indexOf(property)}`;

function recordset(table: ReadModelTable, properties: readonly string[]): string {
  const short = (each: string) => shortName(table, each);
  const types = properties.map((each) => `${short(each)} ${table.columns[each]?.sql ?? ''}`);
  const named = properties.map((each) => `${short(each)} as "${each}"`);
  return `(select ${named.join(', ')} from json_to_recordset($1::json) as r(${types.join(', ')}))`;
}

/**
 * Rows or keys of a table as its statements take them, nulls left out; a bigint travels as text.
 */
export function toParameter(table: ReadModelTable, rows: readonly object[]): string {
  const columns = Object.entries(table.columns).map(([name, { sql }], index) => ({
    name,
    short: `c${index}`,
    isBig: sql === 'bigint',
  }));
  return JSON.stringify(rows.map((row) => shortRow(columns, row as Row)));
}

type Row = Readonly<Record<string, unknown>>;

interface ShortColumn {
  readonly name: string;
  readonly short: string;
  readonly isBig: boolean;
}

/** Not by a replacer, which `JSON.stringify` would call for every value there is. */
function shortRow(columns: readonly ShortColumn[], row: Row): object {
  const copy: Record<string, unknown> = {};
  for (const { name, short, isBig } of columns) {
    const value = row[name];
    if (value === null || value === undefined) continue;
    copy[short] = isBig && typeof value === 'bigint' ? value.toString() : value;
  }
  return copy;
}
