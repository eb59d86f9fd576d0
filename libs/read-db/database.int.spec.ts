import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { freePort, startEmbeddedPostgres } from '#libs/embedded-postgres';
import { type TenantId } from '#libs/kernel';
import { type FreshDatabase, freshDatabase, logOf, TcpProxy, until } from '#libs/testing';
import { caughtUpTo, connectDatabase, inTenant, migrate, runProjections } from './index.js';
import { expectedRows } from './projection/engine.fixtures.js';
import { accountProjection, ledgerHistory } from './projection/ledger.fixtures.js';
import fc from 'fast-check';

const unavailable = { kind: 'unavailable', code: 'database_unavailable' };
const acme = 'acme' as TenantId;

let fresh: FreshDatabase;

beforeAll(async () => {
  fresh = await freshDatabase();
});

afterAll(() => fresh.drop());

describe('a database connection', () => {
  it('acts in its role, in UTC, under its name', async () => {
    const api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'named' });
    const { rows } = await sql`select current_user, current_setting('TimeZone') as zone,
      current_setting('application_name') as name`.execute(api.kysely);
    expect(rows).toEqual([{ currentUser: 'leadledger_api', zone: 'UTC', name: 'named' }]);
    await api.close();
  });

  it('reads instants as ISO-8601 and whole numbers without loss', async () => {
    const owner = connectDatabase({ url: fresh.url, role: 'owner', applicationName: 'spec' });
    const { rows } = await sql`select 9223372036854775807::int8 as big,
      timestamptz '2026-01-02 03:04:05.6+02' as at, null::timestamptz as never`.execute(
      owner.kysely,
    );
    expect(rows).toEqual([
      { big: 9_223_372_036_854_775_807n, at: '2026-01-02T01:04:05.600Z', never: null },
    ]);
    await owner.close();
  });

  it('keeps names in JSON, whatever those of other rows are', async () => {
    const owner = connectDatabase({ url: fresh.url, role: 'owner', applicationName: 'spec' });
    const contents = [
      { row: 1, '\\': 2 },
      { row: 1, '"': 2 },
    ].map((each) => JSON.stringify(each));
    const { rows } = await sql`select ${contents[0]}::jsonb as one, ${contents[1]}::jsonb as two,
      ${contents[1]}::json as three`.execute(owner.kysely);
    const own = { row: 1, '"': 2 };
    expect(rows).toEqual([{ one: { row: 1, '\\': 2 }, two: own, three: own }]);
    await owner.close();
  });

  it('gives up on a statement that takes too long, and goes on', async () => {
    const api = connectDatabase({
      url: fresh.url,
      role: 'api',
      applicationName: 'spec',
      max: 1,
      statementTimeoutMs: 2_000,
    });
    const slow = inTenant(api, acme, (transaction) =>
      sql`select pg_sleep(30)`.execute(transaction),
    );
    await expect(slow).rejects.toMatchObject(unavailable);
    const { rows } = await sql`select 1 as one`.execute(api.kysely);
    expect(rows).toEqual([{ one: 1 }]);
    await api.close();
  });

  it('says that the database is unavailable when nothing listens, or nothing answers', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    for (const each of [await freePort(), port]) {
      const url = `postgres://postgres:secret@127.0.0.1:${each}/postgres`;
      const api = connectDatabase({ url, role: 'api', applicationName: 'spec' });
      await expect(sql`select 1`.execute(api.kysely)).rejects.toMatchObject(unavailable);
      await api.close();
    }
    silent.close();
  });

  it('gives up on a server that falls silent, and goes on with another connection', async () => {
    const { port } = new URL(fresh.url);
    const wire = await TcpProxy.to(Number(port));
    const url = fresh.url.replace(`:${port}/`, `:${wire.port}/`);
    const options = { role: 'api', applicationName: 'spec', statementTimeoutMs: 500 } as const;
    const api = connectDatabase({ url, ...options, max: 1 });
    const one = () => sql`select 1 as one`.execute(api.kysely);
    await one();
    wire.mute();
    await expect(one()).rejects.toMatchObject(unavailable);
    expect((await one()).rows).toEqual([{ one: 1 }]);
    await api.close();
    await wire.close();
  });

  it('passes on what is a mistake of the statement', async () => {
    const api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
    await expect(sql`select nonsense`.execute(api.kysely)).rejects.toMatchObject({ code: '42703' });
    await api.close();
  });
});

describe('a migration', () => {
  it('may run again, and in several processes at once', async () => {
    const other = await freshDatabase();
    const readModels = [accountProjection];
    await Promise.all([1, 2, 3].map(() => migrate(other.url, readModels)));
    await migrate(other.url, readModels);
    await other.drop();
  });

  it('refuses a table that was changed without a new version', async () => {
    const other = await freshDatabase({ readModels: [accountProjection] });
    const changed = { ...accountProjection, table: { ...accountProjection.table, indexes: [] } };
    await expect(migrate(other.url, [changed])).rejects.toMatchObject({
      code: 'read_model_changed',
    });
    await other.drop();
  });

  it('lays a new version beside the one that queries read', async () => {
    const other = await freshDatabase({ readModels: [accountProjection] });
    await migrate(other.url, [{ ...accountProjection, version: 2 }]);
    const owner = connectDatabase({ url: other.url, role: 'owner', applicationName: 'spec' });
    const { rows } = await owner.pool.query(
      `select version, serving from projection_build order by version`,
    );
    expect(rows).toEqual([
      { version: 1, serving: true },
      { version: 2, serving: false },
    ]);
    const { rows: views } = await owner.pool.query<{ definition: string }>(
      `select pg_get_viewdef('account'::regclass) as definition`,
    );
    expect(views[0]!.definition).toContain('account_v1_b1');
    await owner.close();
    await other.drop();
  });
});

describe('a Postgres that is killed and started again', () => {
  it('finds its connections back, and its read models without a gap or a double', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'leadledger-restart-'));
    const start = (port: number) =>
      startEmbeddedPostgres({ dataDir, port, durable: true, log: () => undefined });
    let server = await start(0);
    const { url, port } = server;
    await migrate(url, [accountProjection]);
    const worker = connectDatabase({ url, role: 'worker', applicationName: 'worker' });
    const api = connectDatabase({ url, role: 'api', applicationName: 'api' });
    const [events] = fc.sample(
      ledgerHistory(1_000).filter(({ length }) => length > 900),
      { numRuns: 1, seed: 5 },
    );
    const stop = new AbortController();
    const running = runProjections({
      database: worker,
      projections: [accountProjection],
      log: logOf(events!),
      signal: stop.signal,
      batchSizeMax: 3,
      batchIntervalMs: 5,
    });

    for (const signal of ['SIGKILL', 'SIGINT', 'SIGKILL'] as const) {
      const before = (await appliedCount()) ?? 0n;
      await until('some progress', async () => ((await appliedCount()) ?? 0n) > before);
      process.kill(server.pid, signal);
      await server.exited;
      expect(await appliedCount()).toBeNull();
      server = await start(port);
    }
    const end = events!.at(-1)!.position;
    expect(await caughtUpTo(worker, ['account'], end, { timeoutMs: 60_000 })).toBe(true);
    stop.abort();
    await running;

    const { rows } = await worker.pool.query<{ count: bigint }>(
      `select applied_count as count from projection_build`,
    );
    const concerned = events!.filter(({ type }) => type in accountProjection.on);
    expect(rows).toEqual([{ count: BigInt(concerned.length) }]);
    const { rows: balances } = await worker.pool.query(
      `select tenant_id || account as account, balance from account order by 1`,
    );
    const expected = expectedRows(accountProjection, events!)
      .map((row) => JSON.parse(row) as { tenantId: string; account: string; balance: number })
      .map(({ tenantId, account, balance }) => ({ account: tenantId + account, balance }))
      .sort((a, b) => (a.account < b.account ? -1 : 1));
    expect(balances).toEqual(expected);
    await Promise.all([worker.close(), api.close()]);
    await server.stop();
    await rm(dataDir, { recursive: true });

    /** As the api sees it; `null` while the database is down. */
    async function appliedCount(): Promise<bigint | null> {
      try {
        const row = await api.kysely
          .selectFrom('projectionBuild')
          .select('appliedCount')
          .executeTakeFirst();
        return row?.appliedCount ?? null;
      } catch (error) {
        expect(error).toMatchObject(unavailable);
        return null;
      }
    }
  });
});
