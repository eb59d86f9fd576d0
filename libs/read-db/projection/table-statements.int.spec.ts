import { beforeEach, describe, expect, it } from '@jest/globals';
import { accountProjection } from './ledger.fixtures.js';
import { tableStatements, type TableStatements, toParameters } from './table-statements.js';
import { workerClientOfFile } from './worker-client.fixtures.js';

const tableName = 'account_v1_b1';
const statements = tableStatements(accountProjection, tableName);
const { key } = accountProjection.table;
const keysMax = 10;

const client = workerClientOfFile(accountProjection);

beforeEach(async () => {
  await run('remove', rows(0, 3_000));
});

/** Rows whose key columns hold `from`, `from + 1` and so on. */
function rows(from: number, count: number): object[] {
  const columns = Object.entries(accountProjection.table.columns);
  return Array.from({ length: count }, (_, index) =>
    Object.fromEntries(
      columns.map(([name, { sql }]) => [name, valueOf(sql, String(from + index).padStart(5, '0'))]),
    ),
  );
}

function valueOf(sql: string, text: string): unknown {
  if (sql === 'text') return text;
  if (sql === 'timestamptz') return '2026-01-02T03:04:05.678Z';
  if (sql === 'boolean') return true;
  return sql.endsWith('[]') ? [] : Number(text);
}

async function run(which: keyof TableStatements, values: readonly object[]) {
  const statement = {
    ...statements[which],
    values: toParameters(accountProjection.table, which, values),
  };
  return (await client().query<Record<string, unknown>>(statement)).rows;
}

/** Index entries and rows of the table that this connection has read so far. */
async function read(): Promise<number> {
  await client().query('select pg_stat_force_next_flush()');
  const { rows: found } = await client().query<{ read: bigint }>(
    `select seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_user_tables
      where relname = $1`,
    [tableName],
  );
  return Number(found[0]?.read);
}

describe('the statements of a read model', () => {
  it('find just the rows that are asked for', async () => {
    await run('upsert', rows(0, 100));
    const found = await run('select', [...rows(7, 2), ...rows(500, 2)]);
    const names = found.map((row) => row[key.at(-1) ?? '']);
    expect(names).toEqual(
      rows(7, 2).map((row) => (row as Record<string, unknown>)[key.at(-1) ?? '']),
    );
  });

  it('remove just those', async () => {
    await run('upsert', rows(0, 100));
    await run('remove', [...rows(7, 2), ...rows(500, 2)]);
    expect(await run('select', rows(0, 100))).toHaveLength(98);
  });

  it.each(['select', 'remove'] as const)(
    '%s by the index although they were planned for an empty table',
    async (which) => {
      // Postgres settles on one plan for all values at the sixth time.
      for (let time = 0; time < 10; time += 1) await run(which, rows(0, keysMax));
      await run('upsert', rows(0, 3_000));
      const before = await read();
      await run(which, rows(0, keysMax));
      expect((await read()) - before).toBeLessThanOrEqual(3 * keysMax);
    },
  );

  it('write and find whatever a text can hold', async () => {
    const odd = ['null', '', '{}', 'a,b', ' "quoted" \\ ', 'line\nline\t', '\u2028é😀'];
    const [row] = rows(1, 1);
    const written = odd.map((account) => ({ ...row, account, notes: odd, last: { odd } }));
    await run('insert', written);
    const found = await run('select', written);
    expect(found).toMatchObject(odd.map((account) => ({ account, notes: odd, last: { odd } })));
    await run('remove', written);
    expect(await run('select', written)).toEqual([]);
  });

  it('refuse a key that ends within a character', async () => {
    const [row] = rows(1, 1);
    await expect(run('select', [{ ...row, account: 'a\ud800' }])).rejects.toThrow(/character/);
  });

  it('insert no row that is there already, where an upsert replaces it', async () => {
    const [row] = rows(1, 1);
    await run('insert', rows(1, 1));
    await expect(run('insert', rows(1, 1))).rejects.toMatchObject({ code: '23505' });
    await run('upsert', [{ ...row, balance: 7 }]);
    expect(await run('select', rows(1, 1))).toMatchObject([{ balance: 7 }]);
  });
});
