import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { logOf, until } from '#libs/testing';
import { EngineHarness, expectedRows, type RunningEngine } from './engine.fixtures.js';
import { accountProjection, ledgerHistory, turnoverProjection } from './ledger.fixtures.js';
import { type ProjectionMessage } from './messages.js';
import { type Projection, type Touch } from './projection.js';

let engines: EngineHarness;

beforeAll(async () => {
  engines = await EngineHarness.create();
});

afterAll(() => engines.close());

describe('a projection that cannot go on', () => {
  const [events] = fc.sample(
    ledgerHistory(80).filter(
      (each) => each.slice(40).some(({ type }) => type === 'Closed') && each.length > 60,
    ),
    { numRuns: 1, seed: 3 },
  );
  const bad = events!.findIndex(({ type }, index) => index >= 40 && type === 'Closed');
  const before = events!.slice(0, bad);

  async function expectStopped(engine: RunningEngine, reason: RegExp) {
    await until('the account projection to stop', () =>
      engine.notices.some(({ kind }) => kind === 'projection_stopped'),
    );
    await engines.reached(events!, ['turnover']);
    await engine.stop();
    const notice = engine.notices.find(({ kind }) => kind === 'projection_stopped');
    expect(notice).toMatchObject({ name: 'account', reason: expect.stringMatching(reason) });
    expect(await engines.checkpointOf(accountProjection)).toMatchObject({
      failure: expect.stringMatching(reason),
    });
    expect(await engines.rowsOf(accountProjection)).toEqual(
      expectedRows(accountProjection, before),
    );
    const concerned = before.filter(({ type }) => type in accountProjection.on).length;
    expect((await engines.checkpointOf(accountProjection)).applied_count).toBe(BigInt(concerned));
  }

  it.each([1, 7, 1000])(
    'stops right before the event its handler throws at, alone; %i at a time',
    async (batchSizeMax) => {
      await engines.reset();
      const poisoned: Projection = {
        ...accountProjection,
        on: {
          ...accountProjection.on,
          Closed: (event) => {
            if (event.position === events![bad]!.position) throw new Error('cannot close');
            return accountProjection.on.Closed!(event);
          },
        },
      };
      const engine = engines.start({
        log: logOf(events!),
        projections: [poisoned, turnoverProjection],
        batchSizeMax,
      });
      await expectStopped(engine, /^Closed .+ cannot close$/);
    },
  );

  it('stops right before an event whose change throws, with nothing of that event', async () => {
    await engines.reset();
    const poisoned: Projection = {
      ...accountProjection,
      on: {
        ...accountProjection.on,
        Closed: (event) => {
          const touch = accountProjection.on.Closed!(event) as Touch;
          if (event.position !== events![bad]!.position) return touch;
          const change = () => {
            throw new Error('cannot change');
          };
          return [touch, { key: touch.key, loads: true, change }];
        },
      },
    };
    const engine = engines.start({
      log: logOf(events!),
      projections: [poisoned, turnoverProjection],
    });
    await expectStopped(engine, /cannot change/);
  });

  it('stops right before an event that does not decode, if it has a handler for it', async () => {
    await engines.reset();
    const engine = engines.start({
      log: async function* (after, signal) {
        for await (const message of logOf(events!)(after, signal))
          yield undecodableAt(message, bad);
      },
    });
    await expectStopped(engine, /^Closed .+ no upcaster$/);
  });

  it('goes on from there once its cause is gone', async () => {
    const engine = engines.start({ log: logOf(events!) });
    await engines.reached(events!);
    await engine.stop();
    await engines.expectFoldOf(events!);
  });

  it('stops, alone, when the database refuses its rows', async () => {
    await engines.reset();
    await engines.owner.pool.query(
      'alter table account_v1_b1 add constraint small check (balance < -1000000)',
    );
    const engine = engines.start({ log: logOf(events!) });
    await until(
      'it to stop',
      async () => (await engines.checkpointOf(accountProjection)).failure !== null,
    );
    await engines.reached(events!, ['turnover']);
    await engine.stop();
    expect(await engines.rowsOf(accountProjection)).toEqual([]);
    await engines.owner.pool.query('alter table account_v1_b1 drop constraint small');
  });

  function undecodableAt(message: ProjectionMessage, index: number): ProjectionMessage {
    if (message.kind !== 'event' || message.event.position !== events![index]!.position)
      return message;
    const { type, id, position } = message.event;
    return { kind: 'undecodable', type, id, position, error: new Error('no upcaster') };
  }
});
