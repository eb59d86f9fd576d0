import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lawRuns, until } from '#libs/testing';
import { showDeadLetter } from '../index.js';
import { PoisonHarness } from './dead-letters.fixtures.js';
import { EngineHarness } from './engine.fixtures.js';
import { accountProjection, ledgerHistory } from './ledger.fixtures.js';
import { inStreamsOfAccounts, poisonOf, type Spoil } from './poison.fixtures.js';

let engines: EngineHarness;
let poisoned: PoisonHarness;

beforeAll(async () => {
  engines = await EngineHarness.create();
  poisoned = new PoisonHarness(engines);
});

afterAll(() => engines.close());

const [events = []] = fc.sample(
  ledgerHistory(120)
    .map(inStreamsOfAccounts)
    .filter((each) => each.length > 60),
  { numRuns: 1, seed: 3 },
);
const bad = events.filter(({ type }) => type === 'Paid')[3]!;
const keyOfBad = `${bad.metadata.tenantId}/${encodeURIComponent((bad.data as { account: string }).account)}`;
const concerned = events.filter(({ type }) => type in accountProjection.on);

describe('an event that cannot be applied', () => {
  beforeEach(() => engines.reset());

  it.each<[Spoil, number, RegExp]>([
    ['handler', 1, /^cannot read it$/],
    ['handler', 1000, /^cannot read it$/],
    ['change', 1, /^cannot change it$/],
    ['change', 7, /^cannot change it$/],
    ['change', 1000, /^cannot change it$/],
    ['undecodable', 7, /^no upcaster$/],
  ])('waits with what comes after it: %s, %i at a time', async (spoil, batchSizeMax, reason) => {
    const poison = new Map([[bad.position, spoil]]);
    const engine = await poisoned.runThrough(events, poison, { batchSizeMax });
    await poisoned.expectAllButLetters(events);
    expect(engine.notices).toContainEqual({
      kind: 'parked',
      name: 'account',
      events: expect.any(Number),
      reason: expect.stringContaining(`Paid ${bad.id} at position ${bad.position}`),
    });

    const key = spoil === 'change' ? keyOfBad : `stream:${bad.stream}`;
    const parked = await showDeadLetter(engines.worker, { name: 'account', build: 1, key });
    const behind = concerned.filter(
      ({ stream, position }) => stream === bad.stream && position >= bad.position,
    );
    expect(behind.length).toBeGreaterThan(1);
    expect(parked.map(({ position }) => position)).toEqual(behind.map(({ position }) => position));
    expect(parked[0]).toMatchObject({
      ...{ key, eventId: bad.id, eventType: 'Paid', stream: bad.stream, state: 'parked' },
      ...{ tenantId: bad.metadata.tenantId, reason: expect.stringMatching(reason) },
    });
    expect(parked.slice(1).map((each) => each.reason)).toEqual(behind.slice(1).map(() => null));
  });
});

describe('rows that the database refuses', () => {
  beforeEach(() => engines.reset());

  const alter = (change: string) => engines.owner.pool.query(`alter table account_v1_b1 ${change}`);

  async function whileRefusing(check: string, work: () => Promise<void>) {
    await alter(`add constraint refusing check (not (${check}))`);
    try {
      await work();
    } finally {
      await alter('drop constraint refusing');
    }
  }

  it.each([1, 7, 1000])('make dead letters of their events; %i at a time', async (batchSizeMax) => {
    await whileRefusing('balance % 2 <> 0', async () => {
      const engine = await poisoned.runThrough(events, new Map(), { batchSizeMax });
      await poisoned.expectAllButLetters(events);
      const reasons = (await poisoned.letters()).map(({ reason }) => reason);
      expect(reasons).toContainEqual(expect.stringContaining('refusing'));
      expect(reasons.length).toBeLessThan(concerned.length);
      expect(await poisoned.letters('turnover')).toEqual([]);
      expect(engine.notices.map(({ kind }) => kind)).not.toContain('projection_stopped');
    });
    expect(await poisoned.ask({ action: 'retry' }, events)).toBe('done');
    await engines.expectFoldOf(events);
  });

  it('keep the order of what a handler could not apply among them', async () => {
    await whileRefusing('balance % 2 <> 0', async () => {
      const poison = new Map([[bad.position, 'change' as const]]);
      await poisoned.runThrough(events, poison, { batchSizeMax: 1000 });
      await poisoned.expectAllButLetters(events);
    });
    const key = { name: 'account', build: 1, key: keyOfBad };
    const waiting = await showDeadLetter(engines.worker, key);
    const behind = concerned.filter(
      ({ stream, position }) => stream === bad.stream && position >= waiting[0]!.position,
    );
    expect(waiting.map(({ position }) => position)).toEqual(behind.map(({ position }) => position));
    expect(await poisoned.ask({ action: 'retry' }, events)).toBe('done');
    await engines.expectFoldOf(events);
  });

  it('may be all of them', async () => {
    await whileRefusing('true', async () => {
      await poisoned.runThrough(events);
      await poisoned.expectAllButLetters(events);
      expect(await engines.rowsOf(accountProjection)).toEqual([]);
      expect(await poisoned.ask({ action: 'retry' }, events)).toMatch(/^0 of \d+ events were/);
    });
    expect(await poisoned.ask({ action: 'retry' }, events)).toBe('done');
    await engines.expectFoldOf(events);
  });

  it('stop their projection, alone, where its table is not as it should be', async () => {
    await alter('rename column balance to saldo');
    const engine = poisoned.start(events);
    await until(
      'it to stop',
      async () => (await engines.checkpointOf(accountProjection)).failure !== null,
    );
    await engines.reached(events, ['turnover']);
    await engine.stop();
    expect(engine.notices).toContainEqual(
      expect.objectContaining({ kind: 'projection_stopped', name: 'account' }),
    );
    expect(await poisoned.letters()).toEqual([]);
    await alter('rename column saldo to balance');
    await poisoned.runThrough(events);
    await engines.expectFoldOf(events);
  });
});

describe('a projection without room for more dead letters', () => {
  beforeEach(async () => {
    await engines.reset();
    await engines.owner.pool.query(
      `insert into projection_dead_letter
              (name, build, key, position, tenant_id, event_id, event_type, stream, revision, reason)
       select 'account', 1, 'acme/' || n, n, 'acme', 'e', 'Paid', 's', n, 'bad'
         from generate_series(1, 10000) as n`,
    );
  });

  it('stands still, alone and loudly, right before the event', async () => {
    const engine = poisoned.start(events, new Map([[bad.position, 'change']]));
    await until('it to stop', () =>
      engine.notices.some(({ kind }) => kind === 'projection_stopped'),
    );
    await engines.reached(events, ['turnover']);
    await engine.stop();
    const { failure, applied_count: count } = await engines.checkpointOf(accountProjection);
    expect(failure).toMatch(/^No room for more dead letters .+cannot change it$/);
    const before = concerned.filter(({ position }) => position < bad.position);
    expect(count).toBe(BigInt(before.length));
  });

  it('goes on from there when some are given up', async () => {
    const engine = poisoned.start(events, new Map([[bad.position, 'change']]));
    await until('it to stop', () =>
      engine.notices.some(({ kind }) => kind === 'projection_stopped'),
    );
    const details = { key: 'acme/1', reason: 'a spec' };
    expect(await poisoned.outcomeOf(await poisoned.request({ action: 'skip', details }))).toBe(
      'done',
    );
    await engines.reached(events);
    await engine.stop();
    expect((await engines.checkpointOf(accountProjection)).failure).toBeNull();
  });
});

describe('dead letters of any history', () => {
  const histories = ledgerHistory(150)
    .map(inStreamsOfAccounts)
    .filter((each) => each.some(({ type }) => type in accountProjection.on))
    .chain((each) =>
      fc.tuple(fc.constant(each), poisonOf(each, ['undecodable', 'handler', 'change'])),
    );

  it('are all that the read model lacks, and none are left once they are retried', async () => {
    const sizes = fc.constantFrom(1, 7, 100);
    await fc.assert(
      fc.asyncProperty(histories, sizes, async ([each, poison], batchSizeMax) => {
        await poisoned.runThrough(each, poison, { batchSizeMax });
        await poisoned.expectAllButLetters(each);
        expect(await poisoned.ask({ action: 'retry' }, each)).toBe('done');
        await poisoned.ask({ action: 'retry', name: 'turnover' }, each);
        await engines.expectFoldOf(each);
      }),
      { numRuns: lawRuns({ quick: 6, full: 60 }), plugins: [fc.beforeEach(engines.reset)] },
    );
  });

  it('lose and double no event when connections are cut again and again', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ([each, poison]) => {
        const engine = poisoned.start(each, poison, { batchSizeMax: 3 });
        await cutOff(4);
        await engines.reached(each);
        await engine.stop();
        await poisoned.expectAllButLetters(each);

        const asked = await Promise.all([
          poisoned.request({ action: 'retry' }),
          poisoned.request({ action: 'retry', name: 'turnover' }),
        ]);
        const mended = poisoned.start(each);
        await cutOff(3);
        for (const id of asked) await poisoned.outcomeOf(id);
        await mended.stop();
        await engines.expectFoldOf(each);
      }),
      {
        numRuns: lawRuns({ quick: 3, full: 30 }),
        endOnFailure: true,
        plugins: [fc.beforeEach(engines.reset)],
      },
    );
  });

  async function cutOff(times: number): Promise<void> {
    for (let cut = 0; cut < times; cut += 1) {
      await until('an engine to cut off', async () => {
        const { rowCount } = await engines.owner.pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'engine' and datname = current_database()`,
        );
        return rowCount !== 0;
      });
    }
  }
});
