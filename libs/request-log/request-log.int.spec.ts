import { type TenantId } from '#libs/kernel';
import { DataKeys, MasterKey, MemoryDataKeyStore, type Sealed } from '#libs/privacy';
import { connectDatabase, type Database, inTenant, noTenant } from '#libs/read-db';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes, randomUUID } from 'node:crypto';
import { type LoggedRequest } from './logged-request.js';
import { RequestLog } from './request-log.js';
import { sweepRequestLog } from './request-log-store.js';

const tenantId = 'demo' as TenantId;

function request(changes: Partial<LoggedRequest> = {}): LoggedRequest {
  return {
    tenantId,
    id: randomUUID(),
    at: new Date('2026-07-05T12:00:00Z'),
    keyId: 'key1',
    method: 'POST',
    route: '/v1/leads',
    status: 201,
    latencyMs: 1.5,
    bytesIn: 300,
    bytesOut: 80,
    outcome: 'created',
    leadId: null,
    errorCode: null,
    body: '{"phone":"5551234567"}',
    ...changes,
  };
}

describe('the request log', () => {
  let fresh: FreshDatabase;
  let api: Database;
  let worker: Database;
  let keys: DataKeys;

  beforeAll(async () => {
    fresh = await freshDatabase();
    const { url } = fresh;
    api = connectDatabase({ url, role: 'api', applicationName: 'test' });
    worker = connectDatabase({ url, role: 'worker', applicationName: 'test' });
    const masterKey = MasterKey.fromBase64(randomBytes(32).toString('base64'));
    keys = new DataKeys({ store: new MemoryDataKeyStore(), masterKey });
  });
  afterAll(async () => {
    await Promise.all([api.close(), worker.close()]);
    await fresh.drop();
  });

  const rowsOf = (tenant: TenantId) =>
    inTenant(api, tenant, (transaction) =>
      transaction.selectFrom('requestLog').selectAll().execute(),
    );

  it('keeps requests with their bodies sealed, each where its tenant alone sees it', async () => {
    const log = new RequestLog({ database: api, keys });
    log.record(request());
    log.record(request({ tenantId: noTenant, keyId: null, status: 401 }));
    await log.flush();
    const [row] = await rowsOf(tenantId);
    expect(row).toMatchObject({ status: 201, outcome: 'created', at: '2026-07-05T12:00:00.000Z' });
    expect(row!.body).not.toContain('5551234567');
    const [body] = await keys.openAll(tenantId, [row!.body as Sealed<string>]);
    expect(body).toBe('{"phone":"5551234567"}');
    expect(await rowsOf(noTenant)).toHaveLength(1);
  });

  it('writes many at once, each once', async () => {
    const log = new RequestLog({ database: api, keys });
    const other = 'many' as TenantId;
    for (let n = 0; n < 1_200; n += 1) log.record(request({ tenantId: other }));
    await log.flush();
    expect(await rowsOf(other)).toHaveLength(1_200);
  });

  it('loses what the database refuses, and nothing that waits with it', async () => {
    const [failures, refusals]: unknown[][] = [[], []];
    const log = new RequestLog({
      ...{ database: api, keys },
      onFailure: (error) => failures!.push(error),
      onRefusal: (error, dropped) => refusals!.push([error, dropped]),
    });
    const other = 'refused' as TenantId;
    for (const status of [200, 2 ** 31, 201, 202]) log.record(request({ tenantId: other, status }));
    await log.flush();
    expect((await rowsOf(other)).map(({ status }) => status).sort()).toEqual([200, 201, 202]);
    expect(refusals).toMatchObject([[{ code: '22003' }, 1]]);
    expect(failures).toEqual([]);
    expect(log.dropped).toBe(1);
  });

  it('keeps a bounded number while the database is away, and counts what it drops', async () => {
    const gone = connectDatabase({
      url: 'postgres://nobody@127.0.0.1:1/none',
      role: 'api',
      applicationName: 'test',
    });
    const failures: unknown[] = [];
    const log = new RequestLog({
      database: gone,
      keys,
      waitingMax: 3,
      onFailure: (error) => failures.push(error),
    });
    for (let n = 0; n < 5; n += 1) log.record(request());
    await log.flush();
    expect(log.dropped).toBe(2);
    expect(failures).toHaveLength(1);
    await gone.close();
  });

  it('forgets what is older than its retention', async () => {
    expect(await sweepRequestLog(worker, new Date('2026-07-05T12:00:00Z'))).toBe(0);
    expect(await sweepRequestLog(worker, new Date('2026-07-05T12:00:01Z'))).toBe(1_205);
  });
});
