import { getPriority } from 'node:os';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDatabase, type Database } from './database.js';

let fresh: FreshDatabase;

beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

/** A connection for one test, put behind others by so much. */
async function connected<Result>(
  niceness: number | undefined,
  test: (database: Database) => Promise<Result>,
): Promise<Result> {
  const database = connectDatabase({
    ...{ url: fresh.url, role: 'worker', applicationName: 'priority-spec' },
    ...(niceness === undefined ? {} : { niceness }),
  });
  try {
    return await test(database);
  } finally {
    await database.close();
  }
}

/** How far behind others the server puts a connection’s work. */
const nicenessOf = (niceness?: number) =>
  connected(niceness, async ({ pool }) => {
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    return getPriority(rows[0]?.pid);
  });

/** How many more processes the server lets a query of it have. */
const companionsOf = (niceness?: number) =>
  connected(niceness, async ({ pool }) => {
    const { rows } = await pool.query<{ count: string }>(
      `select current_setting('max_parallel_workers_per_gather') as count`,
    );
    return Number(rows[0]?.count);
  });

describe('the work of a server on this machine for a connection', () => {
  it('is put behind other work by as much as was asked, and else is as any', async () => {
    const plain = await nicenessOf();
    // There is no more than 19, and these specs themselves may be behind others.
    const more = Math.min(plain + 3, 19);
    expect(await nicenessOf(more)).toBe(process.platform === 'linux' ? more : plain);
    expect(await nicenessOf()).toBe(plain);
  });

  it('is done by one process then, for others would not be put behind', async () => {
    expect(await companionsOf(3)).toBe(0);
    expect(await companionsOf()).toBeGreaterThan(0);
  });
});
