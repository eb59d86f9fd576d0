import { afterAll, beforeAll } from '@jest/globals';
import { type PoolClient } from 'pg';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { connectDatabase, type Database } from '../index.js';
import { type Projection } from './projection.js';

/** A connection as the worker has it, for all specs of a file, to tables of some read models. */
export function workerClientOfFile(...readModels: Projection[]): () => PoolClient {
  let fresh: FreshDatabase;
  let worker: Database;
  let client: PoolClient;

  beforeAll(async () => {
    fresh = await freshDatabase({ readModels });
    worker = connectDatabase({ url: fresh.url, role: 'worker', max: 1, applicationName: 'spec' });
    client = await worker.pool.connect();
  });

  afterAll(async () => {
    client.release();
    await worker.close();
    await fresh.drop();
  });

  return () => client;
}
