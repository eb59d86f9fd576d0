import {
  CommandRunner,
  connectEventStore,
  type EventStore,
  type NewEvent,
} from '#libs/event-store';
import { startTestEventStore, type TestEventStore } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { type Caps } from '../domain/destination.events.js';
import { NOW, someCaps } from '../domain/destination.fixtures.js';
import { type DestinationUsageEvent } from '../domain/destination-usage.events.js';
import { capWindowsAt } from '../domain/schedule.js';
import { aContext, destinationCatalog } from './destination.fixtures.js';
import { DestinationSlots, type SlotWish } from './destination-slots.js';
import { destinationUsageStream } from './destination-streams.js';

let server: TestEventStore;
let otherStore: EventStore;
/** Two processes, as far as the store can tell. */
let processes: DestinationSlots[];

beforeAll(async () => {
  server = await startTestEventStore();
  otherStore = connectEventStore(server.url);
  processes = [server.store, otherStore].map(
    (store) => new DestinationSlots(store, destinationCatalog),
  );
});
afterAll(async () => {
  await otherStore.close();
  await server.close();
});

const aWish = (
  destinationId: string,
  caps: Partial<Caps>,
  transferId = randomUUID(),
): SlotWish => ({
  ...{ transferId, destinationId, destinationVersion: 1, caps: someCaps(caps) },
  ...{ windows: capWindowsAt('America/New_York', NOW), at: NOW },
});
const historyOf = (destinationId: string) =>
  new CommandRunner(server.store, destinationCatalog).history<DestinationUsageEvent>(
    destinationUsageStream(destinationId),
  );
const slots = () => processes[0]!;

describe('fifty transfers that are wanted at once', () => {
  it.each(['concurrent', 'hour', 'day', 'week', 'month', 'total'] as const)(
    'get exactly the seven slots that are left per %s',
    async (cap) => {
      const destinationId = randomUUID();
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          processes[n % 2]!.reserve(aWish(destinationId, { [cap]: 7 }), aContext()),
        ),
      );
      const reserved = outcomes.filter(({ outcome }) => outcome === 'reserved');
      expect(reserved).toHaveLength(7);
      expect(await historyOf(destinationId)).toHaveLength(7);
      const usage = await slots().usageOf(destinationId);
      expect([usage.inFlight.size, usage.counts[cap === 'concurrent' ? 'total' : cap]]).toEqual([
        7, 7,
      ]);
    },
  );

  it('get no more than are given back, whatever comes first', async () => {
    const transfer = fc.record({
      process: fc.integer({ min: 0, max: 1 }),
      used: fc.boolean(),
      released: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(transfer, { minLength: 10, maxLength: 40 }), async (transfers) => {
        const destinationId = randomUUID();
        await Promise.all(
          transfers.map(async ({ process, used, released }) => {
            const on = processes[process]!;
            const wish = aWish(destinationId, { concurrent: 3, day: 9 });
            const { outcome } = await on.reserve(wish, aContext());
            if (outcome === 'refused' || !released) return;
            const { transferId } = wish;
            await on.release({ transferId, destinationId, used, at: NOW }, aContext());
          }),
        );
        let [open, counted] = [0, 0];
        const windowsOf = new Set<string>();
        for (const { type, data } of await historyOf(destinationId)) {
          if (type === 'DestinationSlotReserved') {
            [open, counted] = [open + 1, counted + 1];
            windowsOf.add(data.windows.day);
          } else {
            [open, counted] = [open - 1, data.used ? counted : counted - 1];
          }
          expect([open <= 3, counted <= 9, windowsOf.size]).toEqual([true, true, 1]);
        }
      }),
      { numRuns: 10 },
    );
  });
});

describe('a slot', () => {
  it('is the same when its command is run again, even after it was given back', async () => {
    const destinationId = randomUUID();
    const wish = aWish(destinationId, { concurrent: 1 });
    const context = aContext();
    const first = await slots().reserve(wish, context);
    expect(first).toMatchObject({ outcome: 'reserved', counts: { concurrent: 1, total: 1 } });
    const { transferId } = wish;
    await slots().release({ transferId, destinationId, used: true, at: NOW }, aContext());
    expect(await processes[1]!.reserve(wish, context)).toEqual(first);
    expect(await historyOf(destinationId)).toHaveLength(2);
  });

  it('is asked for by another command without being counted twice', async () => {
    const wish = aWish(randomUUID(), { concurrent: 1 });
    await slots().reserve(wish, aContext());
    expect(await slots().reserve(wish, aContext())).toEqual({
      ...{ outcome: 'reserved', counts: null, position: null },
    });
    expect((await slots().usageOf(wish.destinationId)).counts.total).toBe(1);
  });

  it('is refused with every cap that is reached', async () => {
    const caps = { day: 0, total: 0, spacingSeconds: 5 };
    expect(await slots().reserve(aWish(randomUUID(), caps), aContext())).toEqual({
      ...{ outcome: 'refused', reasons: ['daily_cap_reached', 'total_cap_reached'] },
    });
  });
});

describe('the usage of a destination', () => {
  it('is current in every process, whoever changed it', async () => {
    const destinationId = randomUUID();
    const [one, other] = [processes[0]!, processes[1]!];
    expect((await other.usageOf(destinationId)).counts.total).toBe(0);
    for (const total of [1, 2, 3]) {
      await one.reserve(aWish(destinationId, {}), aContext());
      expect((await other.usageOf(destinationId)).counts.total).toBe(total);
      expect((await other.usageOf(destinationId)).inFlight.size).toBe(total);
    }
    const { inFlight } = await other.usageOf(destinationId);
    for (const transferId of inFlight.keys()) {
      await other.release({ transferId, destinationId, used: false, at: NOW }, aContext());
    }
    const usage = await one.usageOf(destinationId);
    expect([usage.counts.total, usage.counts.hour, usage.inFlight.size]).toEqual([0, 0, 0]);
  });

  it('is known at once, however many transfers there were', async () => {
    const destinationId = randomUUID();
    const first = aWish(destinationId, {});
    await slots().reserve(first, aContext());
    await pastTransfers(destinationId, 2_000);
    const counting = countingReads();

    // The first transfer is under way: as long as it is not found, everything is read.
    const early = new DestinationSlots(counting.store, destinationCatalog);
    expect((await early.usageOf(destinationId)).counts.total).toBe(2_001);
    expect(counting.read()).toBe(4_001);

    const { transferId } = first;
    await slots().release({ transferId, destinationId, used: true, at: NOW }, aContext());
    await slots().reserve(aWish(destinationId, {}), aContext());
    const late = new DestinationSlots(counting.store, destinationCatalog);
    expect(await late.reserve(aWish(destinationId, { total: 2_003 }), aContext())).toMatchObject({
      ...{ outcome: 'reserved', counts: { total: 2_003, concurrent: 2 } },
    });
    expect(await late.reserve(aWish(destinationId, { total: 2_003 }), aContext())).toEqual({
      ...{ outcome: 'refused', reasons: ['total_cap_reached'] },
    });
    expect((await late.usageOf(destinationId)).counts.total).toBe(2_003);
    // The end of the stream, once, and nothing again of what was read then.
    expect(counting.read()).toBe(4_001 + 500);
  });
});

/** The store, and how many events were read of it. */
function countingReads(): { readonly store: EventStore; readonly read: () => number } {
  let count = 0;
  const { store } = server;
  const counting: EventStore = {
    append: (...args) => store.append(...args),
    subscribeToAll: (options) => store.subscribeToAll(options),
    headPosition: () => store.headPosition(),
    close: () => store.close(),
    readStream: async function* readStream(...args) {
      for await (const event of store.readStream(...args)) {
        count += 1;
        yield event;
      }
    },
  };
  return { store: counting, read: () => count };
}

/** So many transfers that were used and are over, after the one event the stream has. */
async function pastTransfers(destinationId: string, transfers: number): Promise<void> {
  const { correlationId, causationId, ...context } = aContext();
  const metadata = {
    ...{ ...context, schemaVersion: 1, $correlationId: correlationId, $causationId: causationId },
  };
  const event = (type: string, data: Record<string, unknown>): NewEvent => ({
    ...{ id: randomUUID(), type, metadata: { ...metadata, commandId: randomUUID() } },
    data: { destinationId, ...data },
  });
  const { windows } = aWish(destinationId, {});
  const events = Array.from({ length: transfers }, (_, n) => {
    const transferId = randomUUID();
    const [total, concurrent] = [n + 2, 2];
    const counts = { hour: total, day: total, week: total, month: total, total, concurrent };
    const reserved = { destinationVersion: 1, transferId, windows, counts, reservedAt: NOW };
    return [
      event('DestinationSlotReserved', reserved),
      event('DestinationSlotReleased', { transferId, used: true, releasedAt: NOW }),
    ];
  });
  let revision = 0n;
  for (let from = 0; from < events.length; from += 250) {
    const batch = events.slice(from, from + 250).flat();
    const stream = destinationUsageStream(destinationId);
    ({ revision } = await server.store.append(stream, revision, batch));
  }
}
