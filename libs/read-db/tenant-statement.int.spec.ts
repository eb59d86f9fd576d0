import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { connectDatabase, type Database, runInTenant, type TenantStatement } from './index.js';

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
