import { connectEventStore } from '#libs/event-store';
import { fixedClock } from '#libs/kernel';
import { leadStream } from '#events/leads';
import { connectDatabase, type Database, runProjections, ShownPositions } from '#libs/read-db';
import { TwilioTelephony } from '#libs/telephony';
import { type FreshDatabase, freshDatabase, until } from '#libs/testing';
import { dialQueueProjection, ReadModelDialQueue } from '#projections/dial-queue';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from '@jest/globals';
import {
  QUALIFIED,
  type Simulator,
  startSimulator,
} from '../../../apps/telephony-simulator/server.js';
import { projectionLog } from '../../../apps/worker/projection-log.js';
import { type KnownDestination } from '../application/destination-directory.js';
import { type DialResult } from '../application/dialler.js';
import { DialingDirectory } from '../application/dialing-directory.js';
import { dialingStream } from '../application/dialing-streams.js';
import { OrderPace } from '../application/order-pace.js';
import { callingCatalog } from '../calling.js';
import { ACCOUNT, ACME, CallingHouse, MONDAY, OPEN, UNPACED } from '../calling-house.fixtures.js';
import {
  allAttempted,
  attemptOf,
  hangUp,
  mostAtOnce,
  ON_TUESDAYS,
  openCalls,
  type Scheduling,
  sortedByAttempt,
} from './dial-scheduler.fixtures.js';
import { DialScheduler } from './dial-scheduler.js';
import { type DialNotice } from './tenant-dialer.js';

const clock = fixedClock(MONDAY);
let simulator: Simulator;
let telephony: TwilioTelephony;
let house: CallingHouse;
let fresh: FreshDatabase;
let database: Database;
let readModels: { stop(): Promise<void> };
let running: Scheduling[];
/** Leads that are dialed and do not get through at once. */
let keeps: Set<string>;
/** Whether the api is there to talk to whoever answers. */
let isSpoken: boolean;
let destinations: readonly KnownDestination[];

beforeAll(async () => {
  const people = { '+12125557001': { ...QUALIFIED, ringSeconds: 10_000 } };
  simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 1, seed: 7, people });
  telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
});
afterAll(() => simulator.close());
beforeEach(async () => {
  [house, fresh] = await Promise.all([
    CallingHouse.open(clock),
    freshDatabase({ readModels: [dialQueueProjection] }),
  ]);
  database = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  readModels = startReadModels();
  running = [];
  keeps = new Set();
  isSpoken = true;
  destinations = [OPEN];
});
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  await readModels.stop();
  await database.close();
  await Promise.all([house.close(), fresh.drop()]);
});

function startReadModels() {
  const stopping = new AbortController();
  const ignore = () => undefined;
  const store = connectEventStore(house.log.url);
  const done = runProjections({
    ...{ database, projections: [dialQueueProjection], signal: stopping.signal, report: ignore },
    log: (after, signal) =>
      projectionLog({ store, after, signal, onDisconnected: ignore, onUnknown: ignore }),
  });
  return {
    stop: async () => {
      stopping.abort();
      await done;
      await store.close();
    },
  };
}

type Dial = (leadId: string) => Promise<DialResult>;

/** A scheduler at work, with a memory of its own, as in a process of its own. */
async function start(
  around: (dial: Dial, leadId: string) => Promise<DialResult> = through,
  shown = queueShown(),
  pace = UNPACED,
) {
  const { log, runner } = house;
  const dialing = new DialingDirectory({ store: log.store, catalog: callingCatalog(), runner });
  dialing.start();
  await dialing.ready;
  const voice = { mayDial: () => isSpoken };
  const known = { of: () => destinations };
  const dialler = house.dialler(telephony, { dialing, voice, pace, destinations: known });
  const queue = new ReadModelDialQueue(database);
  const stopping = new AbortController();
  const notices: DialNotice[] = [];
  const scheduler = new DialScheduler({
    ...{ store: log.store, queue, shown, dialing, voice, clock, pace },
    destinations: known,
    dialler: {
      dial: (tenantId, leadId) => around((id) => dialler.dial(tenantId, id), leadId),
    },
    report: (notice) => notices.push(notice),
  });
  const done = scheduler.run(stopping.signal);
  const one = {
    notices,
    stop: async () => {
      stopping.abort();
      await done;
      await dialing.stop();
    },
  };
  running.push(one);
  return one;
}

/** Everybody’s line is busy, and that is reported at once, but for those a test keeps. */
async function through(dial: Dial, leadId: string): Promise<DialResult> {
  const result = await dial(leadId);
  if (result.outcome === 'called' && !keeps.has(leadId)) await hangUp(house, leadId);
  return result;
}

const receive = (second: number, source: string | null = 'web', more = {}) => {
  const receivedAt = new Date(Date.parse(MONDAY) - 60_000 + second * 1_000).toISOString();
  return house.receive({ source, receivedAt, ...more });
};

describe('the scheduler', () => {
  it('dials the highest priority first, then the newest', async () => {
    await house.setUp({ concurrentCallsMax: 1, sourcePriorities: { radio: 5, scraped: -1 } });
    const [old, scraped, radio, young] = await Promise.all([
      receive(1),
      receive(9, 'scraped'),
      receive(0, 'radio'),
      receive(5, null),
    ]);
    await queueShows([old, scraped, radio, young]);
    await start();
    await allAttempted(house, [old, scraped, radio, young]);
    expect(await sortedByAttempt(house, [old, scraped, radio, young])).toEqual([
      ...[radio, young, old, scraped],
    ]);
  });

  it('keeps within the tenant’s limit of calls at the same time', async () => {
    await house.setUp({ concurrentCallsMax: 2 });
    const leadIds = await Promise.all(Array.from({ length: 7 }, (_, second) => receive(second)));
    for (const leadId of leadIds) keeps.add(leadId);
    await start();
    for (let ended = 0; ended < leadIds.length; ended += 1) {
      const onCall = await until('two calls, or what is left', async () => {
        const calls = await openCalls(house, leadIds);
        return calls.length === Math.min(2, leadIds.length - ended) ? calls : null;
      });
      await hangUp(house, onCall[0]!);
    }
    expect(await mostAtOnce(house, leadIds)).toBe(2);
  });

  it('dials everybody in the end, though at the pace of the provider', async () => {
    await house.setUp({ concurrentCallsMax: 50 });
    const leadIds = await Promise.all(Array.from({ length: 12 }, (_, second) => receive(second)));
    await start(through, queueShown(), new OrderPace(4));
    await allAttempted(house, leadIds);
  });

  it('goes on with the next where one only has to wait', async () => {
    await house.setUp({ concurrentCallsMax: 1 });
    const early = { state: 'HI', phone: '+18085557001' };
    const hawaiians = await Promise.all(
      Array.from({ length: 20 }, (_, second) => receive(30 + second, 'web', early)),
    );
    const texan = await receive(0);
    await start();
    await allAttempted(house, [texan]);
    expect(await Promise.all(hawaiians.map((leadId) => attemptOf(house, leadId)))).toEqual(
      hawaiians.map(() => null),
    );
  });

  it('calls nobody while all destinations are paused or closed, and whoever waited once one opens', async () => {
    await house.setUp();
    destinations = [ON_TUESDAYS];
    const leadId = await receive(0);
    await start();
    const waits = (nextAllowedAt: string | null) => async () =>
      (await house.lastOf(leadId, 'DialDeferred'))?.nextAllowedAt === nextAllowedAt;
    await until('it to wait for Tuesday', waits('2026-12-01T16:00:00.000Z'));
    destinations = [{ ...ON_TUESDAYS, paused: true }];
    const late = await receive(1);
    await until('the other to wait', async () => (await house.typesOf(late)).length > 0);
    expect([await attemptOf(house, leadId), await attemptOf(house, late)]).toEqual([null, null]);
    destinations = [OPEN];
    await allAttempted(house, [leadId, late]);
  });

  it('finds after a restart whoever came meanwhile, and calls nobody twice', async () => {
    await house.setUp();
    const before = await receive(0);
    const first = await start();
    await allAttempted(house, [before]);
    await first.stop();
    const meanwhile = await receive(1);
    await start();
    await allAttempted(house, [meanwhile]);
    expect((await house.typesOf(before)).filter((type) => type === 'CallAttempted')).toHaveLength(
      1,
    );
  });

  it('chooses nobody after a restart before the queue shows what was dialed before it', async () => {
    await house.setUp({ concurrentCallsMax: 1 });
    const [first, second] = [await receive(1), await receive(2)];
    await queueShows([first, second]);
    await readModels.stop();
    await house.dialler(telephony).dial(ACME, first);
    const shown = queueShown();
    const asked = jest.spyOn(shown, 'reaches');
    await start(through, shown);
    await until('two rounds to wait for it', () => asked.mock.calls.length > 1);
    readModels = startReadModels();
    await queueShows([first]);
    await hangUp(house, first);
    await allAttempted(house, [second]);
    expect(await mostAtOnce(house, [first, second])).toBe(1);
  });

  it('calls once where two are at work', async () => {
    await house.setUp();
    await Promise.all([start(), start()]);
    const leadIds = await Promise.all(Array.from({ length: 12 }, (_, second) => receive(second)));
    await allAttempted(house, leadIds);
    for (const leadId of leadIds) {
      const types = await house.typesOf(leadId);
      expect(types.filter((type) => type === 'CallAttempted')).toHaveLength(1);
    }
  });

  it('dials nobody between a stop and the resumption, and goes on at once then', async () => {
    await house.setUp();
    await start();
    const before = await receive(0);
    await allAttempted(house, [before]);
    await house.changeDialing({ type: 'StopDialing', reason: null });
    const during = await Promise.all([receive(1), receive(2)]);
    await queueShows(during);
    await house.changeDialing({ type: 'ResumeDialing', reason: null });
    await allAttempted(house, during);
    const [stopped, resumed] = (await house.runner.history(dialingStream(ACME))).slice(-2);
    expect(stopped?.type).toBe('DialingStopped');
    for (const leadId of during) {
      expect((await attemptOf(house, leadId))! > resumed!.position!).toBe(true);
    }
    expect((await attemptOf(house, before))! < stopped!.position!).toBe(true);
  });

  it('dials nobody while calls would be silent, and goes on when they would not', async () => {
    await house.setUp();
    await start();
    const before = await receive(0);
    await allAttempted(house, [before]);
    isSpoken = false;
    const during = await Promise.all([receive(1), receive(2)]);
    await queueShows(during);
    for (const leadId of during) expect(await attemptOf(house, leadId)).toBeNull();
    isSpoken = true;
    await allAttempted(house, during);
  });

  it('is held up by nobody who cannot be dialed', async () => {
    await house.setUp();
    const odd = await receive(9);
    const one = await start((dial, leadId) => {
      if (leadId === odd) throw new TypeError('odd');
      return through(dial, leadId);
    });
    const other = await receive(0);
    await allAttempted(house, [other]);
    expect(one.notices).toContainEqual(expect.objectContaining({ kind: 'failed', leadId: odd }));
  });

  it('closes leads whose 30 days are over', async () => {
    await house.setUp();
    const old = await house.receive({ receivedAt: '2026-10-31T16:59:00.000Z' });
    await start();
    await until('it to be exhausted', () => house.lastOf(old, 'LeadExhausted'));
  });
});

/** Waits until the queue has seen them. */
async function queueShows(leadIds: readonly string[]): Promise<void> {
  const positions = await Promise.all(
    leadIds.map(
      async (leadId) => (await house.runner.history(leadStream(leadId))).at(-1)!.position!,
    ),
  );
  const last = positions.reduce((a, b) => (a > b ? a : b));
  await until('the queue to show them', () => queueShown().reaches(last, 1_000));
}

/** How far the queue is. */
const queueShown = () => ShownPositions.of(database).together(dialQueueProjection.name);
