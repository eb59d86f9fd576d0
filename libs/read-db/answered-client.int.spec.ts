import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool, type PoolClient, Query } from 'pg';
import { answeredClient } from './answered-client.js';

let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

async function withPool(answerMs: number | null, test: (pool: Pool) => Promise<void>) {
  const Client = answeredClient(answerMs);
  const pool = new Pool({ connectionString: fresh.url, max: 1, pipeline: true, Client });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await test(pool);
  } finally {
    await pool.end();
  }
}

function withClient(answerMs: number | null, test: (client: PoolClient) => Promise<void>) {
  return withPool(answerMs, async (pool) => {
    const client = await pool.connect();
    try {
      await test(client);
    } finally {
      client.release(true);
    }
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });
}

const sleepFor = (seconds: number) => `select pg_sleep(${seconds})`;

describe('a connection with a deadline for answers', () => {
  it('fails what is not answered in time, and all that waits behind it, and ends', () =>
    withClient(200, async (client) => {
      // The timer runs already when those are sent that are not answered.
      await client.query(sleepFor(0.1));
      const failed = { status: 'rejected', reason: { message: 'Query read timeout' } };
      const asked = [client.query(sleepFor(30)), client.query('select 1')];
      expect(await Promise.allSettled(asked)).toMatchObject([failed, failed]);
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
    withClient(5_000, async (client) => {
      const told = await new Promise((resolve) => {
        client.query('select $1::int as one', [1], (_, { rows }) => {
          resolve(rows);
        });
      });
      expect(told).toEqual([{ one: 1 }]);
      await expect(client.query('select nonsense')).rejects.toMatchObject({ code: '42703' });
    }));

  it('takes no query object', () =>
    withClient(5_000, (client) => {
      expect(() => client.query(new Query('select 1'))).toThrow('Pass a text');
      return Promise.resolve();
    }));

  it('names in a failure who asked', () =>
    withClient(5_000, async (client) => {
      const asker = async () => {
        await client.query('select nonsense');
      };
      await expect(asker()).rejects.toMatchObject({ stack: expect.stringContaining('asker') });
    }));
});

describe('what was asked and answered', () => {
  const youngCollector = () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
    return () => {
      collect({ type: 'minor' });
    };
  };

  it('is garbage to the young generation', () =>
    withPool(5_000, async (pool) => {
      const collectYoung = youngCollector();
      const bytes = 100_000;
      const ask = async (times: number) => {
        for (let n = 1; n <= times; n += 1) {
          // Made of parts, as the driver makes the text of a list.
          const text = `${'x'.repeat(bytes / 2)}${n}${'y'.repeat(bytes / 2)}`;
          const client = await pool.connect();
          await client.query('select length($1::text)', [text]);
          client.release();
          if (n % 10 === 0) collectYoung();
        }
      };
      await ask(20);
      const before = process.memoryUsage().heapUsed;
      await ask(100);
      const kept = process.memoryUsage().heapUsed - before;
      expect(kept).toBeLessThan((100 * bytes) / 4);
    }));
});
