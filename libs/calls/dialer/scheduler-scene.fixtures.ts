import { leadStream } from '#events/leads';
import { connectEventStore } from '#libs/event-store';
import { fixedClock } from '#libs/kernel';
import { connectDatabase, type Database, runProjections, ShownPositions } from '#libs/read-db';
import { TwilioTelephony } from '#libs/telephony';
import { type FreshDatabase, freshDatabase, until } from '#libs/testing';
import { dialQueueProjection, ReadModelDialQueue } from '#projections/dial-queue';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import {
  QUALIFIED,
  type Simulator,
  startSimulator,
} from '../../../apps/telephony-simulator/server.js';
import { projectionLog } from '../../../apps/worker/projection-log.js';
import { callIdOf } from '../application/call-desk.js';
import { type KnownDestination } from '../application/destination-directory.js';
import { type DialResult } from '../application/dialler.js';
import { DialingDirectory } from '../application/dialing-directory.js';
import { leadsOfNumber } from '../application/leads-of-number.js';
import { callingCatalog } from '../calling.js';
import {
  ACCOUNT,
  aReport,
  CallingHouse,
  MONDAY,
  OPEN,
  UNPACED,
} from '../calling-house.fixtures.js';
import { DialScheduler } from './dial-scheduler.js';
import { type DialNotice } from './tenant-dialer.js';

/** A scheduler at work, what it said, and how to end it. */
interface Scheduling {
  readonly notices: DialNotice[];
  stop(): Promise<void>;
}

/** Dials one lead, as the scheduler would. */
type Dial = (leadId: string) => Promise<DialResult>;

/** Takes calls from 11 to 12 in New York on Tuesdays, and leads wait for it. */
export const ON_TUESDAYS: KnownDestination = {
  ...OPEN,
  settings: {
    ...OPEN.settings,
    name: 'Tuesday desk',
    schedule: {
      ...OPEN.settings.schedule,
      hours: { tuesday: [{ from: '11:00', to: '12:00' }] },
      offHours: 'queue',
    },
  },
};

/**
 * Schedulers at work on a real queue; everything but the telephone network is new for every test.
 */
export class SchedulerScene {
  house: CallingHouse;
  telephony: TwilioTelephony;
  /** Leads that are dialed and do not get through at once. */
  keeps: Set<string>;
  /** Whether the api is there to talk to whoever answers. */
  isSpoken: boolean;
  destinations: readonly KnownDestination[];
  /** What keeps the queue up to date. */
  readModels: { stop(): Promise<void> };
  readonly #clock = fixedClock(MONDAY);
  #simulator: Simulator;
  #fresh: FreshDatabase;
  #database: Database;
  #running: Scheduling[];

  /** Sets the scene of a file. */
  static ofFile(): SchedulerScene {
    const scene = new SchedulerScene();
    beforeAll(() => scene.#open());
    afterAll(() => scene.#simulator.close());
    beforeEach(() => scene.#begin());
    afterEach(() => scene.#end());
    return scene;
  }

  async #open(): Promise<void> {
    const people = { '+12125557001': { ...QUALIFIED, ringSeconds: 10_000 } };
    this.#simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 1, seed: 7, people });
    this.telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: this.#simulator.url });
  }

  async #begin(): Promise<void> {
    [this.house, this.#fresh] = await Promise.all([
      CallingHouse.open(this.#clock),
      freshDatabase({ readModels: [dialQueueProjection] }),
    ]);
    const { url } = this.#fresh;
    this.#database = connectDatabase({ url, role: 'worker', applicationName: 'spec' });
    this.readModels = this.startReadModels();
    this.#running = [];
    this.keeps = new Set();
    this.isSpoken = true;
    this.destinations = [OPEN];
  }

  async #end(): Promise<void> {
    await Promise.all(this.#running.map((one) => one.stop()));
    await this.readModels.stop();
    await this.#database.close();
    await Promise.all([this.house.close(), this.#fresh.drop()]);
  }

  startReadModels() {
    const stopping = new AbortController();
    const ignore = () => undefined;
    const store = connectEventStore(this.house.log.url);
    const projections = [dialQueueProjection];
    const done = runProjections({
      ...{ database: this.#database, projections, signal: stopping.signal, report: ignore },
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

  /** A scheduler at work, with a memory of its own, as in a process of its own. */
  async start(
    around = (dial: Dial, leadId: string) => this.through(dial, leadId),
    shown = this.queueShown(),
    pace = UNPACED,
  ): Promise<Scheduling> {
    const { log, runner } = this.house;
    const dialing = new DialingDirectory({ store: log.store, catalog: callingCatalog(), runner });
    dialing.start();
    await dialing.ready;
    const voice = { mayDial: () => this.isSpoken };
    const destinations = { of: () => this.destinations };
    const shared = { dialing, voice, pace, destinations };
    const dialler = this.house.dialler(this.telephony, shared);
    const stopping = new AbortController();
    const notices: DialNotice[] = [];
    const scheduler = new DialScheduler({
      ...{ ...shared, store: log.store, queue: this.#queue(), shown, clock: this.#clock },
      dialler: {
        dial: (tenantId, leadId) => around((id) => dialler.dial(tenantId, id), leadId),
      },
      leadsOf: (tenantId, phoneHash) => leadsOfNumber(this.house.desk, tenantId, phoneHash),
      report: (notice) => notices.push(notice),
    });
    const done = scheduler.run(stopping.signal);
    const stop = async () => {
      stopping.abort();
      await done;
      await dialing.stop();
    };
    this.#running.push({ notices, stop });
    return { notices, stop };
  }

  #queue(): ReadModelDialQueue {
    return new ReadModelDialQueue(this.#database);
  }

  /** Everybody’s line is busy, and that is reported at once, but for those a test keeps. */
  async through(dial: Dial, leadId: string): Promise<DialResult> {
    const result = await dial(leadId);
    if (result.outcome === 'called' && !this.keeps.has(leadId)) await this.hangUp(leadId);
    return result;
  }

  /** A lead that came in so many seconds after the first minute before the present. */
  receive(second: number, source: string | null = 'web', more = {}): Promise<string> {
    const receivedAt = new Date(Date.parse(MONDAY) - 60_000 + second * 1_000).toISOString();
    return this.house.receive({ source, receivedAt, ...more });
  }

  /** How far the queue is. */
  queueShown() {
    return ShownPositions.of(this.#database).together(dialQueueProjection.name);
  }

  /** Waits until the queue has seen them. */
  async queueShows(leadIds: readonly string[]): Promise<void> {
    const histories = await Promise.all(
      leadIds.map((leadId) => this.house.runner.history(leadStream(leadId))),
    );
    const positions = histories.map((history) => history.at(-1)?.position ?? 0n);
    const last = positions.reduce((a, b) => (a > b ? a : b));
    await until('the queue to show them', () => this.queueShown().reaches(last, 1_000));
  }

  /** Where a lead’s call was decided; `null` while it was not. */
  async attemptOf(leadId: string): Promise<bigint | null> {
    const history = await this.house.history(leadId);
    return history.find(({ type }) => type === 'CallAttempted')?.position ?? null;
  }

  /** Waits until all of them were called. */
  async allAttempted(leadIds: readonly string[]): Promise<void> {
    await until('everybody to be called', async () => {
      const positions = await Promise.all(leadIds.map((leadId) => this.attemptOf(leadId)));
      return positions.every((position) => position !== null);
    });
  }

  /** In the order in which they were called; all of them were. */
  async sortedByAttempt(leadIds: readonly string[]): Promise<string[]> {
    const attempts = await Promise.all(
      leadIds.map(async (leadId) => ({ leadId, at: (await this.attemptOf(leadId)) ?? 0n })),
    );
    return attempts.toSorted((a, b) => Number(a.at - b.at)).map(({ leadId }) => leadId);
  }

  /** Leads that are on the phone. */
  async openCalls(leadIds: readonly string[]): Promise<string[]> {
    const open = await Promise.all(
      leadIds.map(async (leadId) => {
        const types = await this.house.typesOf(leadId);
        return types.includes('CallPlaced') && !types.includes('CallEnded');
      }),
    );
    return leadIds.filter((_, index) => open[index]);
  }

  /** The most calls there ever were at the same time, by the order of the log. */
  async mostAtOnce(leadIds: readonly string[]): Promise<number> {
    const histories = await Promise.all(leadIds.map((leadId) => this.house.history(leadId)));
    const steps = histories
      .flat()
      .filter(({ type }) => type === 'CallAttempted' || type === 'CallEnded')
      .toSorted((a, b) => Number((a.position ?? 0n) - (b.position ?? 0n)));
    let open = 0;
    return Math.max(...steps.map(({ type }) => (open += type === 'CallAttempted' ? 1 : -1)));
  }

  /** The entry that kept a lead from a seller is taken off the suppression list. */
  async sellerAllowed(leadId: string): Promise<void> {
    const { commandId: id, tenantId, actor, occurredAt } = this.house.context();
    const received = await this.house.lastOf(leadId, 'LeadReceived');
    const entryId = `${received?.phoneHash ?? ''}.s${'x'.repeat(16)}`;
    const metadata = {
      ...{ schemaVersion: 1, tenantId, actor, occurredAt, commandId: id },
      ...{ $correlationId: id, $causationId: id },
    };
    const data = { entryId, reason: 'customer_request', liftedAt: occurredAt };
    const lifted = { id, type: 'SuppressionLifted', data, metadata };
    const stream = `suppression-${tenantId}_${entryId}`;
    await this.house.log.store.append(stream, 'no_stream', [lifted]);
  }

  /** The consumer’s line was busy. */
  async hangUp(leadId: string): Promise<void> {
    const placed = await this.house.lastOf(leadId, 'CallPlaced');
    if (placed === null) throw new Error('Only a call that was placed can end.');
    const { providerCallId } = placed;
    const ref = { leadId, callId: callIdOf(leadId, 1) };
    await this.house.voice.consumers.reported(ref, aReport({ providerCallId, status: 'busy' }));
  }
}
