import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EventStoreDBClient, jsonEvent, type JSONEventData } from '@eventstore/db-client';
import { v4 as uuid } from 'uuid';

import { cpuSeconds } from '../intake/process-cpu.js';
import type { Benchmark } from '../main.js';

const ROUNDS = 3;
const APPENDS = 25_000;
const WARM_UP_APPENDS = 6_000;
const IN_FLIGHT = 64;
const EVENT_BYTES = 600;

interface Result {
  appendsPerSecond: number;
  appendP99Ms: number;
  readEventsPerSecond: number;
  subscribeEventsPerSecond: number;
  /** Processor time of one append and of one event read, in microseconds. */
  cpu: { append: CpuMicroseconds; read: CpuMicroseconds };
}

/** Who is the bottleneck: the client is one thread, and cannot do more than a second per second. */
interface CpuMicroseconds {
  client: number;
  store: number;
}

/** The store in a process of its own, on a folder of the disk that is worked on. */
async function startStore(dataDir: string): Promise<{ url: string; process: ChildProcess }> {
  const execArgv = process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? [];
  const child = spawn(process.execPath, [...execArgv, 'dist/apps/eventstore/main.js'], {
    env: { ...process.env, EVENTSTORE_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return { url: (JSON.parse(line) as { listening: string }).listening, process: child };
  }
  throw new Error('The event store did not start.');
}

function leadReceived(): JSONEventData {
  const metadata = { tenantId: 'demo', schemaVersion: 1 };
  const data = { leadId: uuid(), text: 'x'.repeat(EVENT_BYTES - 120) };
  return jsonEvent({ type: 'LeadReceived', data, metadata });
}

/** Appends one event to each of `count` new streams, so many at a time; → latencies in ms. */
async function appendAll(client: EventStoreDBClient, count: number): Promise<Float64Array> {
  const latencies = new Float64Array(count);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const start = performance.now();
      await client.appendToStream(`lead-${uuid()}`, leadReceived(), {
        expectedRevision: 'no_stream',
      });
      latencies[index] = performance.now() - start;
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  return latencies.sort();
}

interface Timed {
  readonly perSecond: number;
  readonly cpu: CpuMicroseconds;
}

/** Times an action of `count` parts, and what each costs this process and the store's. */
async function timed(
  { pid = 0 }: ChildProcess,
  count: number,
  action: () => Promise<unknown>,
): Promise<Timed> {
  const storeSeconds = async () => (await cpuSeconds([{ name: 'store', pid }])).get('store') ?? 0;
  const storeBefore = await storeSeconds();
  const clientBefore = process.cpuUsage();
  const start = performance.now();
  await action();
  const seconds = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(clientBefore);
  const store = ((await storeSeconds()) - storeBefore) * 1_000_000;
  return {
    perSecond: Math.round(count / seconds),
    cpu: { client: Math.round((user + system) / count), store: Math.round(store / count) },
  };
}

async function readAll(client: EventStoreDBClient): Promise<void> {
  for await (const { event } of client.readAll()) {
    if (event === undefined) throw new Error('An event is missing.');
  }
}

async function subscribe(client: EventStoreDBClient, count: number): Promise<void> {
  let seen = 0;
  for await (const { event } of client.subscribeToAll()) {
    if (event?.type === 'LeadReceived') seen += 1;
    if (seen === count) return;
  }
}

/** One round; `stored` is how many events the log holds after its appends. */
async function measureRound(
  store: ChildProcess,
  client: EventStoreDBClient,
  stored: number,
): Promise<Result> {
  let latencies: Float64Array = new Float64Array();
  const append = await timed(store, APPENDS, async () => {
    latencies = await appendAll(client, APPENDS);
  });
  const appendP99Ms = Number((latencies[Math.floor(APPENDS * 0.99)] ?? 0).toFixed(2));
  const read = await timed(store, stored, () => readAll(client));
  const subscription = await timed(store, stored, () => subscribe(client, stored));
  console.log(
    `append ${append.perSecond}/s at ${IN_FLIGHT} in flight, p99 ${appendP99Ms} ms, ` +
      `${shares(append.cpu)}; read ${read.perSecond} events/s, ${shares(read.cpu)}; ` +
      `subscribe ${subscription.perSecond} events/s`,
  );
  return {
    ...{ appendsPerSecond: append.perSecond, appendP99Ms },
    ...{ readEventsPerSecond: read.perSecond },
    subscribeEventsPerSecond: subscription.perSecond,
    cpu: { append: append.cpu, read: read.cpu },
  };
}

function shares({ client, store }: CpuMicroseconds): string {
  return `${client} µs of the client and ${store} µs of the store`;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function medianShares(shares: readonly CpuMicroseconds[]): CpuMicroseconds {
  return {
    client: median(shares.map(({ client }) => client)),
    store: median(shares.map(({ store }) => store)),
  };
}

/** The median of each figure over some rounds: machines that do other things too are noisy. */
async function measure(store: ChildProcess, client: EventStoreDBClient): Promise<Result> {
  await appendAll(client, WARM_UP_APPENDS);
  const rounds: Result[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    rounds.push(await measureRound(store, client, WARM_UP_APPENDS + round * APPENDS));
  }
  return {
    appendsPerSecond: median(rounds.map((result) => result.appendsPerSecond)),
    appendP99Ms: median(rounds.map((result) => result.appendP99Ms)),
    readEventsPerSecond: median(rounds.map((result) => result.readEventsPerSecond)),
    subscribeEventsPerSecond: median(rounds.map((result) => result.subscribeEventsPerSecond)),
    cpu: {
      append: medianShares(rounds.map(({ cpu }) => cpu.append)),
      read: medianShares(rounds.map(({ cpu }) => cpu.read)),
    },
  };
}

export const benchmark: Benchmark = {
  summary: 'the embedded event store: durable appends, reads and a catch-up subscription',
  async run() {
    mkdirSync('data', { recursive: true });
    const dataDir = mkdtempSync(join('data', 'bench-eventstore-'));
    const store = await startStore(dataDir);
    const client = EventStoreDBClient.connectionString(store.url);
    try {
      return await measure(store.process, client);
    } finally {
      await client.dispose();
      store.process.kill('SIGTERM');
      await once(store.process, 'exit');
      rmSync(dataDir, { recursive: true, force: true });
    }
  },
};
