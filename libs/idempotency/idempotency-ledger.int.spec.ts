import { type ApiKeyId, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database } from '#libs/read-db';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { type IdempotencyScope } from './idempotency-key.js';
import { IdempotencyLedger } from './idempotency-ledger.js';
import { sweepIdempotencyKeys } from './idempotency-store.js';

const tenantId = 'demo' as TenantId;
const answer = { status: 201, headers: { 'x-leadledger-position': '42' }, body: '{"n":1}' };

describe('a use of an Idempotency-Key', () => {
  let fresh: FreshDatabase;
  let api: Database;
  let worker: Database;
  let here: IdempotencyLedger;
  let elsewhere: IdempotencyLedger;
  let scope: IdempotencyScope;

  beforeAll(async () => {
    fresh = await freshDatabase();
    const { url } = fresh;
    api = connectDatabase({ url, role: 'api', applicationName: 'test' });
    worker = connectDatabase({ url, role: 'worker', applicationName: 'test' });
  });
  afterAll(async () => {
    await Promise.all([api.close(), worker.close()]);
    await fresh.drop();
  });
  beforeEach(() => {
    here = new IdempotencyLedger(api);
    elsewhere = new IdempotencyLedger(api);
    const key = randomUUID();
    scope = { tenantId, apiKeyId: 'key1' as ApiKeyId, route: 'POST /v1/leads', key };
  });

  async function leaseRunsOut(): Promise<void> {
    await worker.kysely
      .updateTable('idempotencyKey')
      .set({ leaseUntil: new Date(Date.now() - 1_000) })
      .where('key', '=', scope.key)
      .execute();
  }

  it('happens once; whoever comes later is told what was answered', async () => {
    expect(await here.claim(scope, 'a')).toEqual({ kind: 'execute' });
    here.complete(scope, answer);
    expect(await here.claim(scope, 'a')).toEqual({ kind: 'replay', outcome: answer });
    await here.close();
    expect(await elsewhere.claim(scope, 'a')).toEqual({ kind: 'replay', outcome: answer });
    expect(await here.claim(scope, 'a')).toEqual({ kind: 'replay', outcome: answer });
  });

  it('happens once when it comes a hundred times at once, to two processes', async () => {
    const attempts = Array.from({ length: 100 }, (_, n) =>
      (n % 2 === 0 ? here : elsewhere).claim(scope, 'a').then(
        (claim) => claim.kind,
        (error: unknown) => (error as { code: string }).code,
      ),
    );
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter((outcome) => outcome === 'execute')).toHaveLength(1);
    expect(new Set(outcomes)).toEqual(new Set(['execute', 'idempotency_in_progress']));
  });

  it.each(['here', 'elsewhere'])('is refused with another body, %s', async (place) => {
    await here.claim(scope, 'a');
    const ledger = place === 'here' ? here : elsewhere;
    const refused = expect.objectContaining({ code: 'idempotency_key_reuse' });
    await expect(ledger.claim(scope, 'b')).rejects.toEqual(refused);
    here.complete(scope, answer);
    await here.close();
    await expect(ledger.claim(scope, 'b')).rejects.toEqual(refused);
  });

  it('may begin anew when it was given up', async () => {
    await here.claim(scope, 'a');
    here.complete(scope, null);
    await here.close();
    expect(await elsewhere.claim(scope, 'a')).toEqual({ kind: 'execute' });
  });

  it('is taken over from a process that died, with the same body only', async () => {
    await here.claim(scope, 'a');
    await expect(elsewhere.claim(scope, 'a')).rejects.toMatchObject({
      code: 'idempotency_in_progress',
    });
    await leaseRunsOut();
    await expect(elsewhere.claim(scope, 'b')).rejects.toMatchObject({
      code: 'idempotency_key_reuse',
    });
    expect(await elsewhere.claim(scope, 'a')).toEqual({ kind: 'execute' });
  });

  it.each([
    ['tenant', { tenantId: 'other' as TenantId }],
    ['key', { apiKeyId: 'key2' as ApiKeyId }],
    ['route', { route: 'POST /v1/suppressions' }],
  ])('does not meet that of another %s', async (_, other) => {
    await here.claim(scope, 'a');
    expect(await here.claim({ ...scope, ...other }, 'b')).toEqual({ kind: 'execute' });
  });

  it('is forgotten after 30 days, and may then mean something else', async () => {
    await here.claim(scope, 'a');
    here.complete(scope, answer);
    await here.close();
    await worker.kysely
      .updateTable('idempotencyKey')
      .set({ expiresAt: new Date(Date.now() - 1_000) })
      .where('key', '=', scope.key)
      .execute();
    expect(await elsewhere.claim(scope, 'b')).toEqual({ kind: 'execute' });
    expect(await sweepIdempotencyKeys(worker, new Date())).toBe(0);
    expect(
      await sweepIdempotencyKeys(worker, new Date(Date.now() + 31 * 86_400_000)),
    ).toBeGreaterThan(0);
  });

  it('is looked up by its index however many there are and little the planner knows', async () => {
    const one = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'test', max: 1 });
    const ledger = new IdempotencyLedger(one);
    const scopes = Array.from({ length: 2_000 }, (_, n) => ({
      ...scope,
      key: `${scope.key}-${n}`,
    }));
    await Promise.all(scopes.map((each) => ledger.claim(each, 'a')));
    const before = await indexEntriesRead(one);
    for (const each of scopes.slice(0, 100)) ledger.complete(each, answer);
    await ledger.close();
    await Promise.all(scopes.slice(0, 100).map((each) => ledger.claim(each, 'a')));
    const read = (await indexEntriesRead(one)) - before;
    // One or two for each of 200; a scan would read thousands.
    expect(read).toBeGreaterThanOrEqual(200);
    expect(read).toBeLessThan(1_000);
    await one.close();
  });

  async function indexEntriesRead({ pool }: Database): Promise<number> {
    await pool.query('select pg_stat_force_next_flush()');
    const { rows } = await pool.query<{ read: bigint }>(
      `select idx_tup_read as read from pg_stat_user_indexes
       where indexrelname = 'idempotency_key_pkey'`,
    );
    return Number(rows[0]?.read);
  }

  it('fails without a database, and can be tried again', async () => {
    const gone = connectDatabase({
      url: 'postgres://nobody@127.0.0.1:1/none',
      role: 'api',
      applicationName: 'test',
    });
    const ledger = new IdempotencyLedger(gone);
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(ledger.claim(scope, 'a')).rejects.toMatchObject({ kind: 'unavailable' });
    }
    await gone.close();
  });
});
