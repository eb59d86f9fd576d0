import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { Migrator, sql } from 'kysely';
import { connectDatabase, type Database } from './database.js';
import { migrate } from './migrate.js';
import { migrations } from './migrations/index.js';
import { listBuilds } from './projection/builds.js';
import { inTenant } from './tenant.js';

const acme = 'acme' as TenantId;
const wrapped = Buffer.alloc(66, 7);

/** What the version before block keys and lean claims had written. */
const rows = [
  sql`insert into data_key (tenant_id, key_id, wrapped, erased_at)
      values (${acme}, 'AZq3vP8BT0mJ2c9Qw1xYzA', ${wrapped}, null),
        (${acme}, 'AZq3vP8BT0mJ2c9Qw1xYzB', null, '2026-01-02T03:04:05Z')`,
  sql`insert into request_log
        (tenant_id, id, at, method, route, status, latency_ms, bytes_in, bytes_out)
      select ${acme}, id, '2026-01-02T03:04:05Z', 'POST', '/v1/leads', 201, 1, 1, 1
      from unnest(array['one', 'two']) as logged (id)`,
  sql`insert into idempotency_key
        (tenant_id, api_key_id, route, key, fingerprint, lease_until, expires_at)
      values (${acme}, 'key', 'POST /v1/leads', 'k', 'f', now(), now())`,
  sql`insert into projection_checkpoint (name, version, position, applied_count, serving, shape)
      values ('dedupe', 1, 700, 7, true, 's1'), ('dedupe', 2, 900, 9, false, 's2'),
        ('lead_list', 1, 900, 8, true, 's')`,
];

describe('a database that an earlier version filled', () => {
  let fresh: FreshDatabase;
  let owner: Database;
  let api: Database;

  beforeAll(async () => {
    fresh = await freshDatabase();
    const connect = (role: 'owner' | 'api') =>
      connectDatabase({ url: fresh.url, role, max: 2, applicationName: 'migrate.spec' });
    [owner, api] = [connect('owner'), connect('api')];
    await sql`drop schema public cascade`.execute(owner.kysely);
    await sql`create schema public`.execute(owner.kysely);
    await migrateTo('0008-lead-import');
    for (const row of rows) {
      await inTenant(owner, acme, (transaction) => row.execute(transaction));
    }
    await migrate(fresh.url);
  });
  afterAll(async () => {
    await Promise.all([owner.close(), api.close()]);
    await fresh.drop();
  });

  async function migrateTo(step: string): Promise<void> {
    const provider = { getMigrations: () => Promise.resolve({ ...migrations }) };
    const { error } = await new Migrator({ db: owner.kysely, provider }).migrateTo(step);
    if (error !== undefined) throw error as Error;
  }

  it('has each of its data keys as a block of one, live or erased, of its tenant alone', async () => {
    const blocks = (tenantId: TenantId) =>
      inTenant(api, tenantId, (transaction) =>
        transaction
          .selectFrom('dataKeyBlock')
          .select(['blockId', 'wrapped', 'erasedAt'])
          .orderBy('blockId')
          .execute(),
      );
    expect(await blocks(acme)).toEqual([
      { blockId: 'AZq3vP8BT0mJ2c9Qw1xYzA', wrapped, erasedAt: null },
      { blockId: 'AZq3vP8BT0mJ2c9Qw1xYzB', wrapped: null, erasedAt: '2026-01-02T03:04:05.000Z' },
    ]);
    expect(await blocks('zenith' as TenantId)).toEqual([]);
  });

  it('lets the api erase them', async () => {
    const erased = await inTenant(api, acme, (transaction) =>
      transaction
        .updateTable('dataKeyBlock')
        .set({ wrapped: null, erasedAt: new Date(0) })
        .where('blockId', '=', 'AZq3vP8BT0mJ2c9Qw1xYzA')
        .executeTakeFirst(),
    );
    expect(erased.numUpdatedRows).toBe(1n);
  });

  it('has the requests it had logged', async () => {
    const logged = await inTenant(api, acme, (transaction) =>
      transaction.selectFrom('requestLog').select('id').orderBy('id').execute(),
    );
    expect(logged).toEqual([{ id: 'one' }, { id: 'two' }]);
  });

  it('has each version of a read model as a build, and queries read the one they did', async () => {
    const builds = await listBuilds(api);
    expect(builds).toMatchObject([
      {
        name: 'dedupe',
        build: 1,
        version: 1,
        tableName: 'dedupe_v1',
        state: 'live',
        serving: true,
      },
      {
        name: 'dedupe',
        build: 2,
        version: 2,
        tableName: 'dedupe_v2',
        state: 'live',
        serving: false,
      },
      { name: 'lead_list', build: 1, tableName: 'lead_list_v1', position: 900n, appliedCount: 8n },
    ]);
  });

  it('takes uses of keys from the start again', async () => {
    const used = await inTenant(api, acme, (transaction) =>
      transaction.selectFrom('idempotencyKey').select('commandId').execute(),
    );
    expect(used).toEqual([]);
  });
});
