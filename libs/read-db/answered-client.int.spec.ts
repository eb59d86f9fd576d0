import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { answeredClient } from './answered-client.js';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

async function withPool(answerMs: number | null, test: (pool: Pool) => Promise<void>) {
  const Client = answeredClient(answerMs);
  const pool = new Pool({ connectionString: fresh.url, max: 1, pipeline: true, Client });
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await test(pool);
  } finally {
    await pool.end();
  }
}

const sleepFor = (seconds: number) => `select pg_sleep(${seconds})`;

describe('a connection with a deadline for answers', () => {
  it('fails what is not answered in time, and all that waits behind it, and ends', () =>
    withPool(200, async (pool) => {
      const client = await pool.connect();
      const asked = [client.query(sleepFor(30)), client.query('select 1')];
      const failures = await Promise.allSettled(asked);
      expect(failures).toMatchObject([
        { status: 'rejected', reason: { message: 'Query read timeout' } },
        { status: 'rejected', reason: { message: 'Query read timeout' } },
      ]);
      client.release(true);
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    }));

  it('counts the time of each query, not of the connection', () =>
    withPool(1_000, async (pool) => {
      for (let n = 0; n < 8; n += 1) await pool.query(sleepFor(0.2));
    }));

  it('waits for ever where there is no deadline', () =>
    withPool(null, async (pool) => {
      expect((await pool.query(sleepFor(0.1))).rowCount).toBe(1);
    }));

  it('tells callbacks as well as promises, of results and of refusals', () =>
    withPool(5_000, async (pool) => {
      const client = await pool.connect();
      const told = await new Promise((resolve) => {
        client.query('select $1::int as one', [1], (_, { rows }) => {
          resolve(rows);
        });
      });
      expect(told).toEqual([{ one: 1 }]);
      const refused = client.query('select nonsense');
      await expect(refused).rejects.toMatchObject({ code: '42703' });
      client.release();
    }));

  it('names in a failure who asked', () =>
    withPool(5_000, async (pool) => {
      const asker = async () => {
        await pool.connect().then(async (client) => {
          await client.query('select nonsense').finally(() => {
            client.release();
          });
        });
      };
      await expect(asker()).rejects.toMatchObject({ stack: expect.stringContaining('asker') });
    }));
});

describe('what was asked and answered', () => {
  /** A collection of the young generation alone. */
  function collectYoung(): void {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
    collect({ type: 'minor' });
  }

  it('is garbage to the young generation', () =>
    withPool(5_000, async (pool) => {
      const queries = 100;
      const bytes = 100_000;
      const ask = async () => {
        const client = await pool.connect();
        // Made of parts, as the driver makes the text of a list.
        const text = `${'x'.repeat(bytes / 2)}${Math.random()}${'y'.repeat(bytes / 2)}`;
        await client.query('select length($1::text)', [text]);
        client.release();
      };
      await ask();
      collectYoung();
      const before = process.memoryUsage().heapUsed;
      for (let n = 0; n < queries; n += 1) {
        await ask();
        if (n % 10 === 9) collectYoung();
      }
      const kept = process.memoryUsage().heapUsed - before;
      expect(kept).toBeLessThan((queries * bytes) / 4);
    }));
});
