import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Moment } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { logOf, storedEvent } from '#libs/testing';
import { EventDigest, fingerprintOf } from './digest.js';
import { EngineHarness, expectedRows, projections } from './engine.fixtures.js';
import { accountProjection, type LedgerEvent, ledgerHistory } from './ledger.fixtures.js';
import { projectAsOf, type ProjectAsOfOptions, type ReplayedModel } from './project-as-of.js';
import { defineProjection, type ProjectedEvent } from './projection.js';
import { dropScratchSchema, listScratchSchemas, scratchSchemaName } from './scratch-schema.js';

const acme = 'acme' as TenantId;
const never = new AbortController().signal;
const startMs = Date.parse('2026-01-05T12:00:00.000Z');
const instantAt = (minutes: number) => new Date(startMs + minutes * 60_000).toISOString();

let harness: EngineHarness;

beforeAll(async () => {
  harness = await EngineHarness.create();
});

afterAll(async () => {
  await harness.close();
});

function replay(
  events: readonly ProjectedEvent[],
  moment: Moment,
  options: Partial<ProjectAsOfOptions> = {},
): Promise<ReplayedModel[]> {
  return projectAsOf({
    ...{ database: harness.owner, projections, tenantId: acme, moment, schema: 'replay_spec' },
    ...{ replace: true, signal: never, head: events.at(-1)?.position ?? null },
    log: (signal) => logOf(events)(null, signal),
    ...options,
  });
}

const rowsIn = (schema: string, index: number) =>
  harness.rowsOf({ ...projections[index]!, name: `${schema}.${projections[index]!.name}` });

/** A payment to an account, a minute after the one before. */
function paid(number: number, tenantId = 'acme'): ProjectedEvent<LedgerEvent> {
  const data = { account: 'a', amount: 1, note: null };
  return storedEvent({ type: 'Paid', data }, BigInt(number) * 10n, {
    ...{ tenantId, recordedAt: instantAt(number) },
  });
}

const payments = [paid(1), paid(2, 'zenith'), paid(3), paid(4)];
const atTheEnd: Moment = { kind: 'position', position: 40n };

describe('read models as they stood', () => {
  it('are the fold of what their tenant had recorded by then, in batches of any size', async () => {
    const step = fc.constantFrom(0, 1, 30, 90_000);
    const arbitrary = fc.record({
      history: ledgerHistory(60).chain((events) =>
        fc.array(step, { minLength: events.length, maxLength: events.length }).map((steps) => {
          let atMs = startMs;
          return events.map((event, index) => {
            atMs += steps[index] ?? 0;
            return { ...event, recordedAt: new Date(atMs) };
          });
        }),
      ),
      cut: fc.nat({ max: 60 }),
      byInstant: fc.boolean(),
      batchSizeMax: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ history, cut, byInstant, batchSizeMax }) => {
        const { recordedAt, position } = history[Math.min(cut, history.length - 1)]!;
        const moment: Moment = byInstant
          ? { kind: 'instant', instant: recordedAt.toISOString() }
          : { kind: 'position', position };
        const models = await replay(history, moment, { batchSizeMax });
        const past = history.filter(
          (event) =>
            event.metadata.tenantId === acme &&
            (byInstant ? event.recordedAt <= recordedAt : event.position <= position),
        );
        for (const [index, projection] of projections.entries()) {
          const concerned = past.filter(({ type }) => Object.hasOwn(projection.on, type));
          const digest = new EventDigest();
          for (const { id } of concerned) digest.add(fingerprintOf(id));
          const rows = expectedRows(projection, past);
          expect(await rowsIn('replay_spec', index)).toEqual(rows);
          expect(models[index]).toMatchObject({
            ...{ name: projection.name, rows: BigInt(rows.length) },
            ...{ events: concerned.length, eventDigest: digest.toString() },
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('have the same digest of rows however often and in which batches they are replayed', async () => {
    const once = await replay(payments, atTheEnd);
    expect(await replay(payments, atTheEnd, { batchSizeMax: 1 })).toEqual(once);
    const [earlier] = await replay(payments, { kind: 'position', position: 30n });
    expect(earlier?.rowDigest).not.toBe(once[0]?.rowDigest);
  });

  it('do not take in what was recorded while they were replayed', async () => {
    const [account] = await replay(
      payments,
      { kind: 'instant', instant: instantAt(60) },
      { head: 30n },
    );
    expect(account?.events).toBe(2);
  });

  it('leave out what an operator skipped, as the live ones do', async () => {
    await harness.owner.pool.query(
      `insert into projection_dead_letter
         (name, build, key, position, tenant_id, event_id, event_type, stream, revision, state)
       values ('account', 1, 'a', 30, 'acme', 'id', 'Paid', 'stream', 0, 'skipped')`,
    );
    const models = await replay(payments, atTheEnd);
    await harness.owner.pool.query('truncate projection_dead_letter');
    expect(models.map(({ name, events }) => [name, events])).toEqual([
      ['account', 2],
      ['turnover', 3],
    ]);
  });

  it('are of nothing before anything was recorded', async () => {
    const models = await replay(payments, { kind: 'instant', instant: instantAt(0) });
    expect(models.map(({ rows, events }) => [rows, events])).toEqual([
      [0n, 0],
      [0n, 0],
    ]);
    expect(await replay([], atTheEnd)).toMatchObject([{ rows: 0n }, { rows: 0n }]);
  });
});

describe('a scratch schema', () => {
  it('is made beside live read models, of which nothing moves', async () => {
    const state = async () => {
      const { rows } = await harness.owner.pool.query(
        `select (select json_agg(b order by name, build) from projection_build as b) as builds,
                (select json_agg(l) from projection_lease as l) as leases,
                (select json_agg(a) from account as a) as accounts`,
      );
      return JSON.stringify(rows);
    };
    const engine = harness.start({ log: logOf(payments) });
    await harness.reached(payments);
    await engine.stop();
    const before = await state();
    await replay(payments, atTheEnd);
    expect(await state()).toBe(before);
  });

  it('is for its owner alone, and for one tenant at a time', async () => {
    await replay(payments, atTheEnd);
    await expect(
      harness.worker.pool.query('select * from replay_spec.account'),
    ).rejects.toMatchObject({ code: '42501' });
    const { rows } = await harness.owner.pool.query(
      `select c.relname, c.relrowsecurity and c.relforcerowsecurity as limited,
              (select polroles = '{0}' from pg_policy where polrelid = c.oid) as has_policy,
              c.relacl is null as granted_to_none
         from pg_class c where c.relnamespace = 'replay_spec'::regnamespace and c.relkind = 'r'
        order by 1`,
    );
    const limits = { limited: true, has_policy: true, granted_to_none: true };
    expect(rows).toEqual([
      { relname: 'account', ...limits },
      { relname: 'turnover', ...limits },
    ]);
  });

  it('has the indexes of the live tables', async () => {
    await replay(payments, atTheEnd);
    const { rows } = await harness.owner.pool.query(
      `select indexdef from pg_indexes
        where schemaname = 'replay_spec' and tablename = 'account' and indexdef !~ 'UNIQUE'`,
    );
    expect(rows).toEqual([
      { indexdef: expect.stringContaining('(tenant_id, opened_at DESC)') as unknown },
    ]);
  });

  it('is not written over unless that is wished, and says what it holds', async () => {
    await replay(payments, atTheEnd);
    await expect(replay(payments, atTheEnd, { replace: false })).rejects.toMatchObject({
      code: 'scratch_schema_exists',
    });
    const [before] = await listScratchSchemas(harness.owner);
    expect(before).toMatchObject({
      ...{ schema: 'replay_spec', tenantId: 'acme', asOf: '40', state: 'complete' },
      tables: ['account', 'turnover'],
    });
    await replay(payments, { kind: 'instant', instant: instantAt(1) });
    expect(await listScratchSchemas(harness.owner)).toMatchObject([{ asOf: instantAt(1) }]);
  });

  it('is dropped by its name, and no other schema ever is', async () => {
    await replay(payments, atTheEnd);
    await dropScratchSchema(harness.owner, 'replay_spec');
    expect(await listScratchSchemas(harness.owner)).toEqual([]);
    await harness.owner.pool.query('create schema replay_mine');
    for (const schema of ['replay_spec', 'replay_mine', 'public']) {
      await expect(dropScratchSchema(harness.owner, schema)).rejects.toMatchObject({
        code: 'scratch_schema_not_found',
      });
    }
    await expect(
      replay(payments, atTheEnd, { schema: 'replay_mine', replace: true }),
    ).rejects.toMatchObject({ code: 'scratch_schema_exists' });
  });

  it('is not left behind by an event that cannot be applied, which is named', async () => {
    const failing = defineProjection<LedgerEvent, typeof accountProjection.table>({
      ...{ name: 'failing', version: 1, table: accountProjection.table },
      on: {
        Paid: ({ position }) => {
          if (position === 30n) throw new Error('No such account.');
          return [];
        },
      },
    });
    await expect(replay(payments, atTheEnd, { projections: [failing] })).rejects.toMatchObject({
      code: 'replay_failed',
      message: expect.stringMatching(
        /^failing cannot apply Paid .* position 30: No such account\./,
      ),
    });
    expect(await listScratchSchemas(harness.owner)).toEqual([]);
  });

  it('is not left behind by a replay that was stopped', async () => {
    const stop = new AbortController();
    const onProgress = () => {
      stop.abort();
    };
    const stopped = replay(payments, atTheEnd, {
      batchSizeMax: 1,
      onProgress,
      signal: stop.signal,
    });
    await expect(stopped).rejects.toMatchObject({ code: 'replay_stopped' });
    expect(await listScratchSchemas(harness.owner)).toEqual([]);
  });

  it('has a name that begins with replay_, whatever was wished', () => {
    expect(scratchSchemaName('july')).toBe('replay_july');
    expect(scratchSchemaName('replay_july')).toBe('replay_july');
    for (const name of ['', 'July', 'a-b', 'x; drop schema public', 'a'.repeat(57)]) {
      expect(() => scratchSchemaName(name)).toThrow(
        expect.objectContaining({ code: 'scratch_schema_name' }),
      );
    }
  });
});
