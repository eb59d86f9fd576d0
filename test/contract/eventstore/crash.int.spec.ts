import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import {
  EventStoreDBClient,
  excludeSystemEvents,
  jsonEvent,
  NO_STREAM,
  type AppendResult,
  type JSONEventData,
} from '@eventstore/db-client';
import { newStream, temporaryFolder } from './harness.js';
import { startProcess, stopProcess } from './store-process.js';

const KILLS = 25;
const WRITERS = 16;
const EVENTS_PER_APPEND_MAX = 5;

interface Sent {
  readonly ids: readonly string[];
  acknowledged: boolean;
}

/** Everything that was ever sent, by stream, in the order of its revisions. */
type Ledger = Map<string, Sent[]>;

function batchOf(size: number): JSONEventData[] {
  return Array.from({ length: size }, () =>
    jsonEvent({ type: 'Crashed', data: { size, text: 'x'.repeat(300) } }),
  );
}

/** Appends to its own stream until the store is gone. */
async function write(
  client: EventStoreDBClient,
  ledger: Ledger,
  random: () => number,
): Promise<void> {
  const stream = newStream('crash');
  const sent: Sent[] = [];
  ledger.set(stream, sent);
  let expectedRevision: bigint | typeof NO_STREAM = NO_STREAM;
  for (;;) {
    const batch = batchOf(1 + Math.floor(random() * EVENTS_PER_APPEND_MAX));
    const entry: Sent = { ids: batch.map(({ id }) => id), acknowledged: false };
    sent.push(entry);
    try {
      const result: AppendResult = await client.appendToStream(stream, batch, { expectedRevision });
      entry.acknowledged = true;
      expectedRevision = result.nextExpectedRevision;
    } catch {
      return;
    }
  }
}

/** A small generator of our own, so that a run can be repeated from the seed it prints. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function runUntilKilled(
  dataDir: string,
  ledger: Ledger,
  random: () => number,
): Promise<void> {
  const store = await startProcess({ dataDir });
  const client = EventStoreDBClient.connectionString(store.url);
  const writers = Array.from({ length: WRITERS }, () => write(client, ledger, random));
  await pause(20 + random() * 150);
  await stopProcess(store.child, 'SIGKILL');
  await Promise.all(writers);
  await client.dispose();
}

/** What the log holds, by stream; checks its order on the way. */
async function readLog(client: EventStoreDBClient): Promise<Map<string, string[]>> {
  const streams = new Map<string, string[]>();
  let last = 0n;
  for await (const { event } of client.readAll()) {
    expect(event!.position.commit).toBe(last + 1n);
    last = event!.position.commit;
    const ids = streams.get(event!.streamId) ?? [];
    expect(event!.revision).toBe(BigInt(ids.length));
    ids.push(event!.id);
    streams.set(event!.streamId, ids);
  }
  return streams;
}

describe('a store that is killed again and again while it is written to', () => {
  const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);

  it(`keeps every acknowledged append, whole and in order (CRASH_SEED=${seed})`, async () => {
    const random = randomFrom(seed);
    const dataDir = temporaryFolder();
    const ledger: Ledger = new Map();
    for (let kill = 0; kill < KILLS; kill += 1) await runUntilKilled(dataDir, ledger, random);

    const store = await startProcess({ dataDir });
    const client = EventStoreDBClient.connectionString(store.url);
    const log = await readLog(client);
    let acknowledged = 0;
    for (const [stream, sent] of ledger) {
      const ids = log.get(stream) ?? [];
      const all = sent.flatMap((entry) => entry.ids);
      expect(ids).toEqual(all.slice(0, ids.length));
      const ends = sent.map(
        (_, index) => sent.slice(0, index + 1).flatMap((entry) => entry.ids).length,
      );
      expect([0, ...ends]).toContain(ids.length);
      const known = sent.filter((entry) => entry.acknowledged).flatMap((entry) => entry.ids);
      expect(ids.length).toBeGreaterThanOrEqual(known.length);
      acknowledged += known.length;
    }
    expect(acknowledged).toBeGreaterThan(KILLS * WRITERS);

    const subscribed = new Set<string>();
    const total = [...log].filter(([stream]) => !stream.startsWith('$')).flatMap(([, ids]) => ids);
    for await (const { event } of client.subscribeToAll({ filter: excludeSystemEvents() })) {
      subscribed.add(event!.id);
      if (subscribed.size === total.length) break;
    }
    expect(subscribed).toEqual(new Set(total));
    await client.dispose();
    await stopProcess(store.child, 'SIGTERM');
    rmSync(dataDir, { recursive: true });
  });
});
