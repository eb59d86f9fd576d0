import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { end } from '../../apps/cli/launch/launch-program.js';
import { launched } from '../../apps/cli/launch/launched.js';
import { cpuSeconds } from '../intake/process-cpu.js';
import type { Benchmark } from '../main.js';
import { adapterOfProduct, type LogClient, newStream, officialClient } from './log-client.js';

const ROUNDS = 3;
const APPENDS = 12_000;
const WARM_UP_APPENDS = 4_000;
const STREAM_READS = 2_000;
const IN_FLIGHT = 64;

/** What a client does through the port or through its own methods. */
interface Figures {
  appendsPerSecond: number;
  appendP99Ms: number;
  /** All of the log, from its beginning to its end. */
  readEventsPerSecond: number;
  /** A catch-up subscription that the store filters by the names of streams. */
  subscribeEventsPerSecond: number;
  /** Streams of one event, as commands read them before they decide. */
  streamReadsPerSecond: number;
  /** Processor time of one append, event or stream, in microseconds. */
  cpu: Record<'append' | 'read' | 'subscribe' | 'streamRead', CpuMicroseconds>;
}

/** The figures of the product's own adapter, and those of the client of the store's makers. */
interface Result extends Figures {
  officialClient: Figures;
}

/** Who is the bottleneck: the client is one thread, and cannot do more than a second per second. */
interface CpuMicroseconds {
  client: number;
  store: number;
}

/** The store in a process of its own, on a folder of the disk that is worked on. */
function startStore(dataDir: string) {
  const execArgv = process.env['BENCH_NODE_OPTIONS']?.split(' ') ?? [];
  return spawn(process.execPath, [...execArgv, 'dist/apps/eventstore/main.js'], {
    env: { ...process.env, EVENTSTORE_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Where the store listens, once it does. */
async function urlOf(store: ReturnType<typeof startStore>): Promise<string> {
  for await (const line of createInterface({ input: store.stdout })) {
    return (JSON.parse(line) as { listening: string }).listening;
  }
  throw new Error('The event store did not start.');
}

/** Does `count` times `action`, so many at a time. */
async function atOnce(count: number, action: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await action(index);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}

/** Appends one event to each of `count` new streams; → latencies in ms, and the streams. */
async function appendAll(client: LogClient, count: number) {
  const latencies = new Float64Array(count);
  const streams = Array.from({ length: count }, newStream);
  await atOnce(count, async (index) => {
    const start = performance.now();
    await client.append(streams[index] ?? '');
    latencies[index] = performance.now() - start;
  });
  return { latencies: latencies.sort(), streams };
}

/**
 * Reads to the end, of `count` events or a few of the store's own more: the official client holds
 * on to reads that are broken off.
 */
async function readAll(events: AsyncIterable<unknown>, count: number): Promise<void> {
  let seen = 0;
  for await (const data of events) if (data !== undefined) seen += 1;
  if (seen < count) throw new Error(`Of ${count} events ${seen} came.`);
}

/** Takes `count` events, and no more; throws if there are fewer. */
async function take(events: AsyncIterable<unknown>, count: number): Promise<void> {
  let seen = 0;
  for await (const data of events) {
    if (data === undefined) throw new Error('The data of an event is missing.');
    seen += 1;
    if (seen === count) return;
  }
  throw new Error(`Of ${count} events ${seen} came.`);
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

/** One round; `stored` is how many events the log holds after its appends. */
async function measureRound(
  store: ChildProcess,
  client: LogClient,
  stored: number,
): Promise<Figures> {
  let appended = { latencies: new Float64Array(), streams: [] as string[] };
  const append = await timed(store, APPENDS, async () => {
    appended = await appendAll(client, APPENDS);
  });
  const { latencies, streams } = appended;
  const read = await timed(store, stored, () => readAll(client.readLog(), stored));
  const subscribe = await timed(store, stored, () => take(client.subscribe(), stored));
  const streamRead = await timed(store, STREAM_READS, () =>
    atOnce(STREAM_READS, (index) => readAll(client.readStream(streams[index] ?? ''), 1)),
  );
  return {
    appendsPerSecond: append.perSecond,
    appendP99Ms: Number((latencies[Math.floor(APPENDS * 0.99)] ?? 0).toFixed(2)),
    readEventsPerSecond: read.perSecond,
    subscribeEventsPerSecond: subscribe.perSecond,
    streamReadsPerSecond: streamRead.perSecond,
    cpu: {
      append: append.cpu,
      read: read.cpu,
      subscribe: subscribe.cpu,
      streamRead: streamRead.cpu,
    },
  };
}

function say({ name }: LogClient, round: Figures): void {
  const { cpu } = round;
  console.log(
    `${name}: append ${round.appendsPerSecond}/s at ${IN_FLIGHT} in flight, ` +
      `p99 ${round.appendP99Ms} ms, ${shares(cpu.append)}; ` +
      `read ${round.readEventsPerSecond} events/s, ${shares(cpu.read)}; ` +
      `subscribe ${round.subscribeEventsPerSecond} events/s, ${shares(cpu.subscribe)}; ` +
      `read ${round.streamReadsPerSecond} streams/s, ${shares(cpu.streamRead)}`,
  );
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
function medianOf(rounds: readonly Figures[]): Figures {
  const medianCpu = (of: keyof Figures['cpu']) => medianShares(rounds.map(({ cpu }) => cpu[of]));
  return {
    appendsPerSecond: median(rounds.map((round) => round.appendsPerSecond)),
    appendP99Ms: median(rounds.map((round) => round.appendP99Ms)),
    readEventsPerSecond: median(rounds.map((round) => round.readEventsPerSecond)),
    subscribeEventsPerSecond: median(rounds.map((round) => round.subscribeEventsPerSecond)),
    streamReadsPerSecond: median(rounds.map((round) => round.streamReadsPerSecond)),
    cpu: {
      append: medianCpu('append'),
      read: medianCpu('read'),
      subscribe: medianCpu('subscribe'),
      streamRead: medianCpu('streamRead'),
    },
  };
}

/** Both clients in turn on the same log, each round. */
async function measure(store: ChildProcess, ours: LogClient, official: LogClient): Promise<Result> {
  const rounds = new Map<LogClient, Figures[]>([
    [ours, []],
    [official, []],
  ]);
  let stored = 0;
  for (const client of rounds.keys()) {
    await appendAll(client, WARM_UP_APPENDS);
    stored += WARM_UP_APPENDS;
  }
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [client, measured] of rounds) {
      stored += APPENDS;
      const figures = await measureRound(store, client, stored);
      measured.push(figures);
      say(client, figures);
    }
  }
  const [medianOfOurs, medianOfOfficial] = [ours, official].map((client) =>
    medianOf(rounds.get(client) ?? []),
  ) as [Figures, Figures];
  return { ...medianOfOurs, officialClient: medianOfOfficial };
}

async function measureAt(url: string, store: ChildProcess): Promise<Result> {
  const [ours, official] = [adapterOfProduct(url), officialClient(url)];
  try {
    return await measure(store, ours, official);
  } finally {
    await Promise.all([ours.close(), official.close()]);
  }
}

export const benchmark: Benchmark = {
  summary: 'the embedded event store: durable appends, reads and subscriptions, by two clients',
  async run() {
    mkdirSync('data', { recursive: true });
    const dataDir = mkdtempSync(join('data', 'bench-eventstore-'));
    const store = startStore(dataDir);
    const stop = launched.add(async () => {
      await end(store);
      rmSync(dataDir, { recursive: true, force: true });
    });
    try {
      return await measureAt(await urlOf(store), store);
    } finally {
      await stop();
    }
  },
};
