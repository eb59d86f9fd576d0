import { getPriority } from 'node:os';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDatabase } from './database.js';

let fresh: FreshDatabase;

beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

/** How far behind others the server puts a connection’s work. */
async function nicenessOf(niceness?: number): Promise<number> {
  const database = connectDatabase({
    ...{ url: fresh.url, role: 'worker', applicationName: 'priority-spec' },
    ...(niceness === undefined ? {} : { niceness }),
  });
  try {
    const { rows } = await database.pool.query<{ pid: number }>('select pg_backend_pid() as pid');
    return getPriority(rows[0]?.pid);
  } finally {
    await database.close();
  }
}

describe('the work of a server on this machine for a connection', () => {
  it('is put behind other work by as much as was asked, and else is as any', async () => {
    const plain = await nicenessOf();
    expect(await nicenessOf(plain + 3)).toBe(process.platform === 'linux' ? plain + 3 : plain);
    expect(await nicenessOf()).toBe(plain);
  });
});
