import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defineProjection, insert } from './projection.js';
import { RowMemory } from './row-memory.js';
import {
  bigInteger,
  boolean,
  columnName,
  defineTable,
  instant,
  integer,
  json,
  nullable,
  text,
  textList,
} from './table.js';
import { tableStatements, type TableStatements, toParameters } from './table-statements.js';
import { workerClientOfFile } from './worker-client.fixtures.js';

const table = defineTable({
  columns: {
    tenantId: text(),
    name: text(),
    remark: nullable(text()),
    count: nullable(integer()),
    revision: nullable(bigInteger()),
    isOpen: nullable(boolean()),
    at: nullable(instant()),
    words: nullable(textList()),
    content: nullable(json<unknown>()),
  },
  key: ['tenantId', 'name'],
});
const projection = defineProjection({ name: 'values', version: 1, table, on: {} });
const statements = tableStatements(projection, 'values_v1_b1');

/** What lists, JSON and SQL have a meaning of their own for, and anything else. */
const anyText = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'null',
    'NULL',
    '{}',
    '{',
    '}',
    ',',
    '"',
    '\\',
    '\\N',
    "'",
    'a b ',
    '\0',
  ),
  fc.constantFrom('\ud800', '\udfff\ud800', '\u2028', '\n', '\t', '\u007f', '\ufeff', '\\u0000'),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', '\\', '{', '}', ',', 'a', ' ', '\n', 'é', '😀') }),
);
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { freq: 4 });
const anyRow = fc.record({
  tenantId: fc.constantFrom('acme', 'zenith'),
  name: fc.string({ unit: 'grapheme' }),
  remark: optional(anyText),
  count: optional(fc.integer()),
  revision: optional(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  isOpen: optional(fc.boolean()),
  at: optional(
    fc
      .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
  ),
  words: optional(fc.array(anyText)),
  content: optional(
    fc.dictionary(
      anyText,
      fc.oneof(anyText, fc.double({ noDefaultInfinity: true, noNaN: true }), fc.array(anyText)),
    ),
  ),
});
const someRows = fc.uniqueArray(anyRow, {
  selector: ({ tenantId, name }) => `${tenantId} ${name}`,
  minLength: 1,
});

const client = workerClientOfFile(projection);

async function run(which: keyof TableStatements, rows: readonly object[]) {
  const values = toParameters(table, which, rows);
  return (await client().query<object>({ ...statements[which], values })).rows;
}

/** Rows as a fold leaves them for the table. */
function folded(rows: readonly object[]): readonly object[] {
  const memory = new RowMemory(table);
  for (const row of rows) memory.applyAll([insert(row)]);
  return memory.changes().inserts;
}

/** How many of the rows, sent as one JSON text, the table does not hold just so. */
async function otherThanByJson(rows: readonly object[]): Promise<number> {
  const columns = Object.entries(table.columns);
  const declared = columns.map(([name, { sql }]) => `"${name}" ${sql}`).join(', ');
  const stored = columns.map(([name]) => columnName(name)).join(', ');
  const plain = JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  const { rowCount } = await client().query(
    `(select to_jsonb(j)::text from json_to_recordset($1::json) as j(${declared}))
     except select to_jsonb(j)::text from (select ${stored} from values_v1_b1)
       as j(${columns.map(([name]) => `"${name}"`).join(', ')})`,
    [plain],
  );
  return rowCount ?? 0;
}

/** Undone again, so that a smaller example of what fails is looked for in an empty table. */
async function undone(work: () => Promise<void>): Promise<void> {
  await client().query('begin');
  try {
    await work();
  } finally {
    await client().query('rollback');
  }
}

async function areKept(which: 'insert' | 'upsert', rows: readonly object[]): Promise<void> {
  await run(which, rows);
  expect(await otherThanByJson(rows)).toBe(0);
  const key = (row: object) => JSON.stringify(Object.values(row).slice(0, 2));
  const found = new Map((await run('select', rows)).map((row) => [key(row), row]));
  for (const row of rows) expect(found.get(key(row))).toEqual(row);
  await run('remove', rows);
  expect(await run('select', rows)).toEqual([]);
}

describe('values of every type of column', () => {
  it.each(['insert', 'upsert'] as const)('are stored by %s as by JSON, and found again', (which) =>
    fc.assert(
      fc.asyncProperty(someRows, (rows) => undone(() => areKept(which, folded(rows)))),
      { numRuns: 200 },
    ),
  );
});
