import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { logOf, until } from '#libs/testing';
import { connectDatabase, type Database } from '../../index.js';
import { EngineHarness, projections } from '../engine.fixtures.js';
import { accountProjection, ledgerHistory } from '../ledger.fixtures.js';
import { type ProjectedEvent, type Projection } from '../projection.js';
import { type Fault, GrowingLog, spaced, withFault } from './proof.fixtures.js';
import {
  type Verification,
  type VerifiedReadModel,
  verifyReadModels,
  type VerifyOptions,
} from './verify-read-models.js';

let engines: EngineHarness;
let database: Database;
/** Accounts that are open with notes, and others that were closed. */
const [events = []] = fc.sample(
  ledgerHistory(400)
    .filter((each) => each.length > 300)
    .map(spaced),
  { numRuns: 1, seed: 11 },
);

beforeAll(async () => {
  engines = await EngineHarness.create();
  database = connectDatabase({
    ...{ url: engines.fresh.url, role: 'worker', max: 2, applicationName: 'verify' },
    statementTimeoutMs: 0,
  });
});

afterAll(async () => {
  await database.close();
  await engines.close();
});

async function applied(history: readonly ProjectedEvent[]): Promise<void> {
  await engines.reset();
  const engine = engines.start({ log: logOf(history) });
  await engines.reached(history);
  await engine.stop();
}

function verify(options: Partial<VerifyOptions> = {}): Promise<Verification[]> {
  const { signal } = new AbortController();
  return verifyReadModels({ database, projections, log: logOf(events), signal, ...options });
}

async function verifyAccounts(): Promise<VerifiedReadModel> {
  const [verification] = await verify({ projections: [accountProjection] });
  if (verification === undefined || verification.outcome === 'failed') {
    throw new Error('It could not be verified.');
  }
  return verification;
}

const tamper = (statement: string) => engines.owner.pool.query(statement);
const anyAccount = `(select ctid from account_v1_b1 order by tenant_id, account limit 1)`;

describe('verifying read models', () => {
  beforeEach(async () => {
    await tamper('truncate projection_dead_letter');
    await applied(events);
  });

  it('finds those equal that applied the log, and says up to where', async () => {
    const outcomes = await verify();
    expect(outcomes.map(({ name, outcome }) => [name, outcome])).toEqual([
      ['account', 'equal'],
      ['turnover', 'equal'],
    ]);
    expect(outcomes[0]).toMatchObject({ position: events.at(-1)?.position, build: 1, version: 1 });
  });

  it.each([
    ['balance', 'balance + 1'],
    ['notes', "array['altered']"],
    ['notes', 'notes || array[null]'],
    ['last', '\'{"note": "altered", "amounts": []}\''],
    ['last', 'last || \'{"more": null}\''],
    ['opened_at', "coalesce(opened_at, now()) + interval '1 ms'"],
    ['opened_at', 'case when opened_at is null then now() end'],
    ['is_open', 'not is_open'],
    ['revision', 'revision + 1'],
  ])('finds %s set to %s by hand', async (column, value) => {
    await tamper(`update account_v1_b1 set ${column} = ${value} where ctid = ${anyAccount}`);
    const { outcome, rows } = await verifyAccounts();
    expect(outcome).toBe('differs');
    expect(rows).toMatchObject({ missing: 0n, extra: 0n, changed: 1n });
    const [difference] = rows.differences;
    expect(difference?.kind).toBe('changed');
    expect(difference?.columns.map((each) => each.column)).toEqual([column]);
  });

  it('shows the key, and both values as Postgres writes them', async () => {
    const { rows } = await tamper(
      `update account_v1_b1 as a set balance = 123456 from (
         select ctid, balance from account_v1_b1 order by tenant_id, account limit 1) as b
        where a.ctid = b.ctid returning a.tenant_id, a.account, b.balance`,
    );
    const before = rows[0] as { tenant_id: string; account: string; balance: number };
    const { rows: compared } = await verifyAccounts();
    expect(compared.differences).toEqual([
      {
        kind: 'changed',
        key: { tenant_id: before.tenant_id, account: before.account },
        columns: [
          {
            ...{ column: 'balance', sealed: false },
            ...{ live: '123456', recomputed: String(before.balance) },
          },
        ],
      },
    ]);
  });

  it('finds a row that is missing and one that is extra', async () => {
    await tamper(`delete from account_v1_b1 where ctid = ${anyAccount}`);
    await tamper(
      `insert into account_v1_b1 values ('acme', 'nobody', 0, '{}', '{}', null, true, 1)`,
    );
    const { rows } = await verifyAccounts();
    expect(rows).toMatchObject({ missing: 1n, extra: 1n, changed: 0n });
    expect(rows.liveRows).toBe(rows.recomputedRows);
    expect(rows.differences).toContainEqual({
      ...{ kind: 'extra', key: { tenant_id: 'acme', account: 'nobody' }, columns: [] },
    });
  });

  it('counts all differences and shows as many as are asked for', async () => {
    await tamper(
      `insert into account_v1_b1
         select 'acme', 'nobody' || n, 0, '{}', '{}', null, true, 1 from generate_series(1, 50) as n`,
    );
    const [verification] = await verify({ differencesMax: 7 });
    const { rows } = verification as VerifiedReadModel;
    expect(rows.extra).toBe(50n);
    expect(rows.differences).toHaveLength(7);
  });

  it('does not show what is sealed', async () => {
    await tamper(
      `update account_v1_b1 set notes = array['v1.data-key-1.c2VhbGVk'], balance = 7777777
        where ctid = ${anyAccount}`,
    );
    const { rows } = await verifyAccounts();
    const columns = rows.differences[0]?.columns;
    expect(columns?.find(({ column }) => column === 'notes')).toEqual({
      ...{ column: 'notes', sealed: true, live: null, recomputed: null },
    });
    expect(columns?.find(({ column }) => column === 'balance')?.live).toBe('7777777');
  });

  it('finds a count that is not the log’s although all rows are', async () => {
    await tamper(`update projection_build set applied_count = applied_count - 1`);
    expect(await verifyAccounts()).toMatchObject({ outcome: 'differs', rows: { changed: 0n } });
  });

  it.each(['lost', 'doubled', 'replaced'] satisfies Fault[])(
    'finds that one event was %s',
    async (fault) => {
      const paid = events.findIndex(({ type }, at) => at > 250 && type === 'Paid');
      await applied(withFault(events, fault, paid, paid - 3));
      expect((await verifyAccounts()).outcome).toBe('differs');
    },
  );

  it('leaves out what waits as a dead letter or was given up', async () => {
    const closed = events.findIndex(({ type }) => type === 'Closed');
    const letter = events[closed] as ProjectedEvent;
    const rest = events.filter((each) => each !== letter);
    await applied(rest);
    expect((await verifyAccounts()).outcome).toBe('differs');
    await insertLetter(letter);
    expect((await verifyAccounts()).outcome).toBe('equal');
    await tamper(`update projection_dead_letter set state = 'skipped'`);
    expect((await verifyAccounts()).outcome).toBe('equal');
    await tamper('update projection_dead_letter set build = 9');
    expect((await verifyAccounts()).outcome).toBe('differs');
    await tamper('update projection_dead_letter set build = 1');
    await tamper(`update projection_dead_letter set event_id = $$other$$, event_type = 'Noise'`);
    expect((await verifyAccounts()).outcome).toBe('differs');
  });

  it('begins again when a dead letter was applied meanwhile', async () => {
    const closed = events.findIndex(({ type }) => type === 'Closed');
    await insertLetter(events[closed] as ProjectedEvent);
    let readings = 0;
    const [verification] = await verify({
      projections: [accountProjection],
      log: async function* (after, signal) {
        readings += 1;
        try {
          yield* logOf(events)(after, signal);
        } finally {
          await tamper('truncate projection_dead_letter');
        }
      },
    });
    expect(verification?.outcome).toBe('equal');
    expect(readings).toBeGreaterThan(1);
  });

  it('tells which event the program cannot apply', async () => {
    const poisoned: Projection = {
      ...accountProjection,
      on: {
        ...accountProjection.on,
        Paid: () => {
          throw new Error('no more payments');
        },
      },
    };
    const [failed] = await verify({ projections: [poisoned] });
    expect(failed).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/^Paid .* no more payments$/),
    });
  });

  it('refuses a build that another version of the program fills', async () => {
    const later = { ...accountProjection, version: 2 };
    await expect(verify({ projections: [later] })).rejects.toMatchObject({
      code: 'read_model_not_verifiable',
    });
  });

  it('leaves nothing behind, though it is stopped in the middle', async () => {
    const stop = new AbortController();
    const log: VerifyOptions['log'] = async function* (after, signal) {
      for await (const message of logOf(events)(after, signal)) {
        if (message.kind === 'event') yield message;
        if (message.kind === 'event' && message.event === events[100]) stop.abort();
      }
    };
    await expect(verify({ log, signal: stop.signal })).rejects.toThrow();
    await until('the scratch tables to be gone', async () => {
      const { rowCount } = await tamper(`select from pg_class where relname like 'verify_%'`);
      return rowCount === 0;
    });
  });

  it('tells how far it is', async () => {
    const told: [number, number][] = [];
    await verify({ onProgress: (...progress) => told.push(progress) });
    const { rows } = await tamper('select sum(applied_count)::int as total from projection_build');
    const { total } = rows[0] as { total: number };
    expect(told.at(-1)).toEqual([total, total]);
  });
});

describe('verifying read models while they are at work', () => {
  it('takes nothing for a difference that moves meanwhile', async () => {
    await engines.reset();
    const [all = []] = fc.sample(
      ledgerHistory(3_000).filter((each) => each.length > 2_900),
      { numRuns: 1, seed: 4 },
    );
    const growing = new GrowingLog(all, 300);
    const engine = engines.start({ log: growing.follow, batchSizeMax: 5 });
    await engines.reached(all.slice(0, 300));
    const verified = await verify({
      // While it reads the log grows, and is applied live.
      log: async function* (after, signal) {
        for await (const message of growing.follow(after, signal)) {
          growing.grow();
          if (growing.length === 310) await engines.reached(all.slice(0, 310));
          yield message;
        }
      },
    });
    growing.grow(all.length);
    await engines.reached(all);
    await engine.stop();
    expect(verified.map(({ outcome }) => outcome)).toEqual(['equal', 'equal']);
    expect((verified[0] as VerifiedReadModel).position).toBeGreaterThanOrEqual(all[309]!.position);
    expect((await verify({ log: logOf(all) })).map(({ outcome }) => outcome)).toEqual([
      'equal',
      'equal',
    ]);
  });
});

async function insertLetter({ id, type, position, stream }: ProjectedEvent): Promise<void> {
  await engines.worker.pool.query(
    `insert into projection_dead_letter (
       name, build, key, position, tenant_id, event_id, event_type, stream, revision)
     values ('account', 1, 'one', $1, 'acme', $2, $3, $4, 0),
            ('account', 1, 'two', $1, 'acme', $2, $3, $4, 0)`,
    [position, id, type, stream],
  );
}
