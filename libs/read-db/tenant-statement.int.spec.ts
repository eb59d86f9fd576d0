import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import {
  connectDatabase,
  type Database,
  insertInTenant,
  runInTenant,
  tenantInsert,
  type TenantStatement,
} from './index.js';

const left = 'left' as TenantId;
const right = 'right' as TenantId;

const insert: TenantStatement = {
  name: 'spec:insert',
  text: `insert into tenant_secret (tenant_id, wrapped) values ($1, '\\x01') returning tenant_id`,
  commit: 'durable',
};
const visible: TenantStatement = {
  name: 'spec:visible',
  text: `select tenant_id as "tenantId", current_setting('synchronous_commit') as commit
         from tenant_secret order by tenant_id`,
  commit: 'lazy',
};

let fresh: FreshDatabase;
let owner: Database;
let api: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  const { url } = fresh;
  owner = connectDatabase({ url, role: 'owner', max: 1, applicationName: 'tenant-statement.spec' });
  // The Postgres of the tests is not durable unless told.
  await owner.pool.query(`alter database ${fresh.name} set synchronous_commit = on`);
  api = connectDatabase({ url, role: 'api', max: 1, applicationName: 'tenant-statement.spec' });
  for (const tenantId of [left, right]) await runInTenant(api, tenantId, insert, [tenantId]);
});

afterAll(async () => {
  await Promise.all([api.close(), owner.close()]);
  await fresh.drop();
});

describe('a statement in a transaction of its own', () => {
  it('sees the rows of its tenant only, by turns on one connection', async () => {
    for (const tenantId of [left, right, left]) {
      expect(await runInTenant(api, tenantId, visible, [])).toEqual([{ tenantId, commit: 'off' }]);
    }
  });

  it('leaves neither tenant nor setting behind', async () => {
    await runInTenant(api, left, visible, []);
    const { rows } = await api.pool.query(
      `select current_setting('synchronous_commit') as commit,
              (select count(*)::int from tenant_secret) as seen`,
    );
    expect(rows).toEqual([{ commit: 'on', seen: 0 }]);
  });

  it('writes no row of another tenant', async () => {
    await expect(runInTenant(api, left, insert, [right])).rejects.toMatchObject({ code: '42501' });
    expect(await runInTenant(api, right, visible, [])).toHaveLength(1);
  });

  it('rejects with what was refused, takes nothing back half, and spares the connection', async () => {
    const twice: TenantStatement = {
      ...insert,
      name: 'spec:twice',
      text: `${insert.text} , 1 / 0`,
    };
    await expect(runInTenant(api, left, twice, ['left'])).rejects.toMatchObject({ code: '22012' });
    expect(await runInTenant(api, left, visible, [])).toHaveLength(1);
  });

  it('refuses what is no tenant id, before anything is sent', async () => {
    const id = "x', true); drop table tenant_secret --" as TenantId;
    await expect(runInTenant(api, id, visible, [])).rejects.toThrow(TypeError);
  });

  it('rejects with database_unavailable when its connection is cut, and works again after', async () => {
    const sleep: TenantStatement = {
      name: 'spec:sleep',
      text: 'select pg_sleep(60)',
      commit: 'lazy',
    };
    const cut = expect(runInTenant(api, left, sleep, [])).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    for (let ended = 0; ended === 0;) {
      const { rowCount } = await owner.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where query = $1`,
        [sleep.text],
      );
      ended = rowCount ?? 0;
    }
    await cut;
    expect(await runInTenant(api, left, visible, [])).toHaveLength(1);
  });
});

describe('an insert that is a transaction of its own', () => {
  const returning = `returning tenant_id as "tenantId", current_setting('synchronous_commit') as commit`;
  const columns = 'insert into tenant_secret (tenant_id, wrapped)';
  const scoped = tenantInsert(
    'spec:scoped',
    `${columns} select $2, '\\x02' from scope, generate_series(1, $3) where $1 <> '' order by 1
     on conflict do nothing ${returning}`,
  );

  it('writes rows of its tenant, by turns on one connection, and nothing stays set', async () => {
    for (const id of ['one', 'two', 'one-more']) {
      const tenantId = id as TenantId;
      const rows = await insertInTenant(api, tenantId, scoped, [id, 1]);
      expect(rows).toEqual([{ tenantId, commit: 'off' }]);
    }
    const { rows } = await api.pool.query(
      `select current_setting('synchronous_commit') as commit,
              (select count(*)::int from tenant_secret) as seen`,
    );
    expect(rows).toEqual([{ commit: 'on', seen: 0 }]);
  });

  it('writes no row of another tenant, and spares the connection', async () => {
    const other = insertInTenant(api, left, scoped, ['three', 1]);
    await expect(other).rejects.toMatchObject({ code: '42501' });
    expect(await insertInTenant(api, left, scoped, ['left', 1])).toEqual([]);
  });

  it('is refused where it does not read its scope', async () => {
    const unscoped = tenantInsert(
      'spec:unscoped',
      `${columns} select $1, '\\x02' where $1 <> '' ${returning}`,
    );
    const refused = insertInTenant(api, 'four' as TenantId, unscoped, []);
    await expect(refused).rejects.toMatchObject({ code: '42501' });
  });

  it('refuses what is no tenant id, before anything is sent', async () => {
    const insertion = insertInTenant(api, 'No Tenant' as TenantId, scoped, ['x', 1]);
    await expect(insertion).rejects.toThrow(TypeError);
  });

  it('rejects with database_unavailable when its connection is cut, and works again after', async () => {
    const sleep = tenantInsert(
      'spec:asleep',
      `${columns} select $1, '\\x02' from scope where pg_sleep(60) is not null`,
    );
    const cut = expect(insertInTenant(api, left, sleep, [])).rejects.toMatchObject({
      code: 'database_unavailable',
    });
    for (let ended = 0; ended === 0;) {
      const { rowCount } = await owner.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where query like '%pg_sleep(60) is not null%' and pid <> pg_backend_pid()`,
      );
      ended = rowCount ?? 0;
    }
    await cut;
    expect(await insertInTenant(api, left, scoped, ['left', 1])).toEqual([]);
  });
});
