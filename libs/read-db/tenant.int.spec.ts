import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql } from 'kysely';
import { type TenantId } from '#libs/kernel';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import {
  connectDatabase,
  type Database,
  inTenant,
  inTenantAtOneMoment,
  noTenant,
  type TenantTransaction,
} from './index.js';
import { defineProjection } from './projection/projection.js';
import { defineTable, text } from './projection/table.js';

const notes = defineProjection({
  name: 'note',
  version: 1,
  table: defineTable({
    columns: { tenantId: text(), noteId: text() },
    key: ['tenantId', 'noteId'],
  }),
  on: {},
});

const left = 'left' as TenantId;
const right = 'right' as TenantId;

let fresh: FreshDatabase;
let owner: Database;
let api: Database;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [notes] });
  const connect = (role: 'owner' | 'api' | 'worker', max: number) =>
    connectDatabase({ url: fresh.url, role, max, applicationName: 'tenant.spec' });
  owner = connect('owner', 2);
  api = connect('api', 2);
  worker = connect('worker', 2);
  for (const tenantId of [left, right]) {
    await inTenant(api, tenantId, (transaction) =>
      transaction
        .insertInto('tenantSecret')
        .values({ tenantId, wrapped: Buffer.of(1) })
        .execute(),
    );
  }
});

afterAll(async () => {
  await Promise.all([owner.close(), api.close(), worker.close()]);
  await fresh.drop();
});

const visibleTenants = (database: Database, tenantId: TenantId) =>
  inTenant(database, tenantId, (transaction) =>
    transaction.selectFrom('tenantSecret').select('tenantId').execute(),
  );

describe('the catalogue of the database', () => {
  it('forces row-level security on every table with a tenant', async () => {
    const { rows } = await owner.pool.query<Record<string, unknown>>(
      `select c.relname, c.relrowsecurity, c.relforcerowsecurity,
              (select count(*)::int from pg_policy p where p.polrelid = c.oid
                  and p.polqual is not null and p.polwithcheck is not null
                  and pg_get_expr(p.polqual, c.oid) = pg_get_expr(p.polwithcheck, c.oid)) as whole,
              (select count(*)::int from pg_policy p where p.polrelid = c.oid) as policies
         from pg_class c
         join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
         join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
        where c.relkind in ('r', 'p')`,
    );
    expect(rows.map((row) => row.relname)).toEqual(
      expect.arrayContaining(['data_key_block', 'idempotency_key', 'note_v1_b1', 'request_log']),
    );
    for (const row of rows) {
      expect(row).toMatchObject({ relrowsecurity: true, relforcerowsecurity: true });
      // Operators may read dead letters, whichever tenant they are of.
      const policies = row.relname === 'projection_dead_letter' ? 3 : 2;
      expect(row).toMatchObject({ whole: 2, policies });
    }
  });

  it('has the tenant in every unique key of such a table', async () => {
    const { rows } = await owner.pool.query(
      `select i.indexrelid::regclass::text as index
         from pg_index i
         join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
        where i.indisunique and not a.attnum = any(i.indkey::int2[])`,
    );
    expect(rows).toEqual([]);
  });

  it('reads every view with the rights of whoever asks', async () => {
    const { rows } = await owner.pool.query<{ relname: string; reloptions: string[] }>(
      `select relname, reloptions from pg_class
        where relkind = 'v' and relnamespace = 'public'::regnamespace`,
    );
    expect(rows).toEqual([{ relname: 'note', reloptions: ['security_invoker=true'] }]);
  });

  it('makes the roles of the api and the worker owners of nothing', async () => {
    const { rows } = await owner.pool.query(
      `select c.relname from pg_class c join pg_roles r on r.oid = c.relowner
        where r.rolname like 'leadledger%'
        union all
       select rolname from pg_roles
        where rolname like 'leadledger%' and (rolsuper or rolbypassrls or rolcanlogin)`,
    );
    expect(rows).toEqual([]);
  });
});

describe("the api's role", () => {
  it('sees no row of any table while no tenant is set, before and after a transaction', async () => {
    const count = () => api.pool.query('select * from tenant_secret');
    expect((await count()).rows).toEqual([]);
    await visibleTenants(api, left);
    expect((await count()).rows).toEqual([]);
  });

  it('sees and writes the rows of the tenant that is set, and no others', async () => {
    expect(await visibleTenants(api, left)).toEqual([{ tenantId: left }]);
    expect(await visibleTenants(api, right)).toEqual([{ tenantId: right }]);
    const smuggled = inTenant(api, left, (transaction) =>
      transaction
        .insertInto('dataKeyBlock')
        .values({ tenantId: right, blockId: 'b', wrapped: null })
        .execute(),
    );
    await expect(smuggled).rejects.toMatchObject({ code: '42501' });
  });

  it('sees one moment throughout where it asks for that, whatever is written meanwhile', async () => {
    const middle = 'middle' as TenantId;
    const blocks = (transaction: TenantTransaction) =>
      transaction.selectFrom('dataKeyBlock').select('blockId').execute();
    const added = (blockId: string) =>
      inTenant(api, middle, (transaction) =>
        transaction
          .insertInto('dataKeyBlock')
          .values({ tenantId: middle, blockId, wrapped: null })
          .execute(),
      );
    const readTwice = async (transaction: TenantTransaction, blockId: string) => {
      const before = await blocks(transaction);
      await added(blockId);
      return [before, await blocks(transaction)];
    };
    expect(await inTenant(api, middle, (transaction) => readTwice(transaction, 'a'))).toEqual([
      ...[[], [{ blockId: 'a' }]],
    ]);
    const atOnce = await inTenantAtOneMoment(api, middle, (transaction) =>
      readTwice(transaction, 'b'),
    );
    expect(atOnce).toEqual([[{ blockId: 'a' }], [{ blockId: 'a' }]]);
    expect(await inTenant(api, middle, blocks)).toHaveLength(2);
  });

  it('cannot write read models, checkpoints or definitions', async () => {
    for (const statement of [
      `insert into note_v1_b1 values ('left', 'n')`,
      `update projection_build set position = 0`,
      `create table mine (n int)`,
      `drop policy tenant on data_key_block`,
    ]) {
      const attempt = inTenant(api, left, (transaction) => sql.raw(statement).execute(transaction));
      await expect(attempt).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('logs requests that no key vouched for where no tenant sees them', async () => {
    await inTenant(api, noTenant, (transaction) =>
      transaction
        .insertInto('requestLog')
        .values({
          tenantId: noTenant,
          id: 'r1',
          at: new Date(0),
          method: 'GET',
          route: '/',
          status: 401,
          latencyMs: 1.5,
          bytesIn: 0,
          bytesOut: 2,
        })
        .execute(),
    );
    const read = (database: Database) => database.pool.query('select at from request_log');
    expect((await read(api)).rows).toEqual([]);
    expect((await read(worker)).rows).toEqual([{ at: '1970-01-01T00:00:00.000Z' }]);
  });
});

describe('a transaction of a tenant', () => {
  it('keeps nothing of what it did when its work rejects, and its connection goes on', async () => {
    const work = inTenant(api, left, async (transaction) => {
      await transaction
        .insertInto('dataKeyBlock')
        .values({ tenantId: left, blockId: 'gone' })
        .execute();
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    const keys = await inTenant(api, left, (transaction) =>
      transaction.selectFrom('dataKeyBlock').selectAll().execute(),
    );
    expect(keys).toEqual([]);
  });

  it('refuses what is not a tenant id before it reaches the database', async () => {
    await expect(
      visibleTenants(api, "x'; drop table data_key_block; --" as TenantId),
    ).rejects.toThrow(TypeError);
  });

  it('never sees another tenant, in 10,000 of them interleaved over 2 connections', async () => {
    const seed = Date.now();
    const order = fc.sample(fc.constantFrom(left, right), { numRuns: 10_000, seed });
    const mistakes: unknown[] = [];
    let next = 0;
    const caller = async () => {
      for (let tenantId = order[next++]; tenantId !== undefined; tenantId = order[next++]) {
        const rows = await visibleTenants(api, tenantId);
        if (rows.length !== 1 || rows[0]?.tenantId !== tenantId) mistakes.push({ tenantId, rows });
      }
    };
    await Promise.all(Array.from({ length: 20 }, caller));
    expect({ seed, mistakes }).toEqual({ seed, mistakes: [] });
    expect(next).toBeGreaterThan(10_000);
  });
});
