import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { type KeyedCommand } from './idempotency-key.js';
import { IdempotencyLedger } from './idempotency-ledger.js';
import { KEPT_DAYS, sweepIdempotencyKeys } from './idempotency-store.js';

const tenantId = 'demo' as TenantId;
const answer = { status: 201, headers: { 'x-leadledger-position': '42' }, body: '{"n":1}' };

describe('a use of an Idempotency-Key', () => {
  let fresh: FreshDatabase;
  let api: Database;
  let worker: Database;
  let here: IdempotencyLedger;
  let elsewhere: IdempotencyLedger;
  let command: KeyedCommand;

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
    command = { tenantId, commandId: randomUUID() };
  });

  async function leaseRunsOut(): Promise<void> {
    await worker.kysely
      .updateTable('idempotencyKey')
      .set({ leaseUntil: new Date(Date.now() - 1_000) })
      .where('commandId', '=', command.commandId)
      .execute();
  }

  it('happens once; whoever comes later is told what was answered', async () => {
    expect(await here.claim(command, 'a')).toEqual({ kind: 'first' });
    here.complete(command, answer);
    expect(await here.claim(command, 'a')).toEqual({ kind: 'replay', outcome: answer });
    await here.close();
    expect(await elsewhere.claim(command, 'a')).toEqual({ kind: 'replay', outcome: answer });
    expect(await here.claim(command, 'a')).toEqual({ kind: 'replay', outcome: answer });
  });

  it('happens once when it comes a hundred times at once, to two processes', async () => {
    const attempts = Array.from({ length: 100 }, (_, n) =>
      (n % 2 === 0 ? here : elsewhere).claim(command, 'a').then(
        (claim) => claim.kind,
        (error: unknown) => (error as { code: string }).code,
      ),
    );
    const outcomes = await Promise.all(attempts);
    expect(outcomes.filter((outcome) => outcome === 'first')).toHaveLength(1);
    expect(['first', 'elsewhere', 'idempotency_in_progress']).toEqual(
      expect.arrayContaining([...new Set(outcomes)]),
    );
  });

  it('that the log holds the outcome of may be asked of the log at once, and is never forgotten', async () => {
    await here.claim(command, 'a');
    here.release(command);
    for (const ledger of [here, elsewhere]) {
      expect(await ledger.claim(command, 'a')).toEqual({ kind: 'elsewhere' });
      await expect(ledger.claim(command, 'b')).rejects.toMatchObject({
        code: 'idempotency_key_reuse',
      });
    }
    await leaseRunsOut();
    expect(await elsewhere.claim(command, 'a')).toEqual({ kind: 'again' });
  });

  it.each(['here', 'elsewhere'])('is refused with another body, %s', async (place) => {
    await here.claim(command, 'a');
    const ledger = place === 'here' ? here : elsewhere;
    const refused = expect.objectContaining({ code: 'idempotency_key_reuse' });
    await expect(ledger.claim(command, 'b')).rejects.toEqual(refused);
    here.complete(command, answer);
    await here.close();
    await expect(ledger.claim(command, 'b')).rejects.toEqual(refused);
  });

  it('may begin anew when it was given up', async () => {
    await here.claim(command, 'a');
    here.complete(command, null);
    await here.close();
    expect(await elsewhere.claim(command, 'a')).toEqual({ kind: 'again' });
  });

  it('is taken over from a process that died, with the same body only', async () => {
    await here.claim(command, 'a');
    expect(await elsewhere.claim(command, 'a')).toMatchObject({ kind: 'elsewhere' });
    await leaseRunsOut();
    await expect(elsewhere.claim(command, 'b')).rejects.toMatchObject({
      code: 'idempotency_key_reuse',
    });
    expect(await elsewhere.claim(command, 'a')).toEqual({ kind: 'again' });
    const third = new IdempotencyLedger(api);
    expect(await third.claim(command, 'a')).toMatchObject({ kind: 'elsewhere' });
  });

  it('is claimed where what became of another of its batch cannot be found out', async () => {
    await here.claim(command, 'a');
    const free = { tenantId, commandId: randomUUID() };
    const [hurried, locking] = [{ statementTimeoutMs: 200 }, {}].map((more) =>
      connectDatabase({ url: fresh.url, role: 'api', applicationName: 'test', ...more }),
    );
    await inTenant(locking!, tenantId, async (transaction) => {
      await sql`select from idempotency_key
        where command_id = ${command.commandId} for update`.execute(transaction);
      const third = new IdempotencyLedger(hurried!);
      const claims = await Promise.allSettled([third.claim(command, 'a'), third.claim(free, 'a')]);
      expect(claims).toMatchObject([
        { status: 'rejected', reason: { code: 'database_unavailable' } },
        { status: 'fulfilled', value: { kind: 'first' } },
      ]);
    });
    await Promise.all([hurried!.close(), locking!.close()]);
  });

  it('is told apart from others that come in the same batch', async () => {
    const others = [1, 2, 3].map(() => ({ tenantId, commandId: randomUUID() }));
    await Promise.all([command, others[1]!].map((each) => here.claim(each, 'a')));
    here.complete(command, answer);
    await here.close();
    const claims = await Promise.all(
      [others[0]!, command, others[1]!, others[2]!].map((each) => elsewhere.claim(each, 'a')),
    );
    expect(claims.map(({ kind }) => kind)).toEqual(['first', 'replay', 'elsewhere', 'first']);
  });

  it('does not meet that of another tenant', async () => {
    await here.claim(command, 'a');
    const other = { ...command, tenantId: 'other' as TenantId };
    expect(await elsewhere.claim(other, 'b')).toEqual({ kind: 'first' });
  });

  it('is forgotten after 30 days, and may then mean something else', async () => {
    await here.claim(command, 'a');
    here.complete(command, answer);
    await here.close();
    await worker.kysely
      .updateTable('idempotencyKey')
      .set({ claimedAt: new Date(Date.now() - KEPT_DAYS * 86_400_000 - 1_000) })
      .where('commandId', '=', command.commandId)
      .execute();
    expect(await elsewhere.claim(command, 'b')).toEqual({ kind: 'first' });
    expect(await sweepIdempotencyKeys(worker, new Date())).toBe(0);
    expect(
      await sweepIdempotencyKeys(worker, new Date(Date.now() + 31 * 86_400_000)),
    ).toBeGreaterThan(0);
  });

  it('is looked up by its index however many there are and little the planner knows', async () => {
    const one = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'test', max: 1 });
    const ledger = new IdempotencyLedger(one);
    const commands = Array.from({ length: 2_000 }, () => ({ tenantId, commandId: randomUUID() }));
    await Promise.all(commands.map((each) => ledger.claim(each, 'a')));
    const before = await indexEntriesRead(one);
    for (const each of commands.slice(0, 100)) ledger.complete(each, answer);
    await ledger.close();
    await Promise.all(commands.slice(0, 100).map((each) => ledger.claim(each, 'a')));
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
      await expect(ledger.claim(command, 'a')).rejects.toMatchObject({ kind: 'unavailable' });
    }
    await gone.close();
  });
});
