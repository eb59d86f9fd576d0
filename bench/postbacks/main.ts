import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectEventStore, type EventStore } from '#libs/event-store';
import { caughtUpTo, connectDatabase, type Database } from '#libs/read-db';
import { ApiClient } from '../../apps/cli/launch/api-client.js';
import { ProgressBar } from '../../apps/cli/progress-bar.js';
import { table } from '../../apps/cli/table-text.js';
import { type BenchStack, partsOf, startStack } from '../intake/ours.js';
import { percentile } from '../intake/percentile.js';
import { cpuSeconds } from '../intake/process-cpu.js';
import { settle } from '../intake/round.js';
import { Submissions } from '../intake/submissions.js';
import type { Benchmark } from '../main.js';
import { burst, type HitTarget, matchEach, reportEach } from './hits.js';
import { type Options, parseOptions } from './options.js';
import { OutcomeWatch } from './outcome-watch.js';
import { makeReportedCalls, type ReportedCall } from './reported-calls.js';
import { fillTransfers } from './transfers-on-file.js';

/** Buyers' reports: how many are taken in, and how fast each finds its transfer among many. */
export const benchmark: Benchmark = {
  summary: 'buyers’ reports taken in, and matched with a million transfers on file',
  run: (args) => measure(parseOptions(args)),
};

/** Kept for the second part: calls that nobody has reported on yet. */
const MATCHED = 500;
const TOKENS = 6;
/** Long enough for the compiler to know the way of a report, as where an api has run for a day. */
const WARM_UP_SECONDS = 5;
const QUIET_WITHIN_MS = 300_000;
const CAUGHT_UP_WITHIN_MS = 120_000;

interface Parts {
  readonly api: ApiClient;
  readonly database: Database;
  readonly eventStore: EventStore;
  readonly target: HitTarget & { readonly apiKey: string };
}

async function measure(options: Options): Promise<object> {
  const stack = await startStack({ profile: options.profile, tenantMode: 'sandbox' });
  const parts = await connect(stack);
  const watch = new OutcomeWatch(parts.eventStore);
  try {
    const calls = await putOnFile(parts, options);
    say('Waiting until what that led to is done');
    await quiet(stack, options);
    const hits = await measureBurst(stack, parts, watch, calls.slice(MATCHED), options);
    await quiet(stack, options);
    const matches = await measureMatches(parts, watch, calls.slice(0, MATCHED), options);
    return report(options, hits, matches);
  } finally {
    await Promise.allSettled([watch.close(), parts.eventStore.close(), parts.database.close()]);
    await stack.stop();
  }
}

/** Reports are to meet a stack that has nothing else to do. */
async function quiet({ dataDir }: BenchStack, { profile }: Options): Promise<void> {
  const processes = await partsOf(dataDir);
  await settle({ name: 'The stack', processes, profiled: profile !== null }, QUIET_WITHIN_MS);
}

async function connect({ dataDir, port, apiKeys }: BenchStack): Promise<Parts> {
  const { eventStoreUrl, databaseUrl } = JSON.parse(
    await readFile(join(dataDir, 'run.json'), 'utf8'),
  ) as { readonly eventStoreUrl: string; readonly databaseUrl: string };
  const api = new ApiClient(`http://127.0.0.1:${port}`, apiKeys[0] ?? '');
  const tokens: string[] = [];
  for (let n = 1; n <= TOKENS; n += 1) {
    const made = await api.send<{ token: string }>('POST', '/v1/postback-tokens', {
      label: `Buyer ${n}`,
    });
    tokens.push(made.token);
  }
  const database = connectDatabase({
    ...{ url: databaseUrl, role: 'owner', max: 2, applicationName: 'bench-postbacks' },
  });
  const target = { port, tokens, apiKey: apiKeys[0] ?? '' };
  return { api, database, eventStore: connectEventStore(eventStoreUrl), target };
}

async function putOnFile(parts: Parts, options: Options): Promise<ReportedCall[]> {
  const { transfers, reported, seed } = options;
  const submissions = new Submissions(seed, 0, new Date());
  say(`Handing over ${reported.toLocaleString('en-US')} calls`);
  const calls = await withBar(reported, (onProgress) =>
    makeReportedCalls(parts, submissions, reported, onProgress),
  );
  const others = Math.max(0, transfers - reported);
  say(`Putting ${others.toLocaleString('en-US')} transfers beside them`);
  await withBar(others, (onProgress) => fillTransfers(parts.database, others, onProgress));
  const head = await parts.eventStore.headPosition();
  const timeoutMs = CAUGHT_UP_WITHIN_MS;
  const shown = await caughtUpTo(parts.database, ['transfer_matching'], head ?? 0n, { timeoutMs });
  if (!shown) throw new Error('The read model of transfers did not catch up.');
  return calls;
}

async function measureBurst(
  stack: BenchStack,
  { target }: Parts,
  watch: OutcomeWatch,
  calls: readonly ReportedCall[],
  options: Options,
) {
  const { connections } = options;
  const warmUp = { connections, seconds: Math.min(options.seconds, WARM_UP_SECONDS) };
  say('Warming up');
  const before = await burst(target, calls, { ...warmUp, sentBefore: 0 });
  await allMatched(watch, before.postbackIds.length);
  await quiet(stack, options);
  say(`Reports on ${connections} connections for ${options.seconds} s`);
  const sentBefore = before.postbackIds.length;
  const cpu = await cpuMeter(stack);
  const hits = await burst(target, calls, { ...options, sentBefore });
  const endedAt = performance.now();
  const cpuMsPerHit = await cpu.msPer(hits.postbackIds.length);
  await allMatched(watch, sentBefore + hits.postbackIds.length);
  // What a burst leaves for later has to be done, too, and soon.
  const matchedAllAfterMs = performance.now() - endedAt;
  return { ...hits, cpuMsPerHit, matchedAllAfterMs };
}

async function allMatched(watch: OutcomeWatch, answered: number): Promise<void> {
  say('Matching what has come');
  await withBar(answered, (onProgress) => watch.settled(answered, onProgress));
  if (watch.received !== answered) {
    throw new Error(`${answered} reports were answered and ${watch.received} are in the log.`);
  }
}

/**
 * What each process spends from now on. Of a burst it tells more than its rate where a machine has
 * other work to do: the rate is bounded by what all of them spend together.
 */
async function cpuMeter({ dataDir }: BenchStack) {
  const processes = await partsOf(dataDir);
  const before = await cpuSeconds(processes);
  const msPer = async (hits: number): Promise<Record<string, number>> => {
    const after = await cpuSeconds(processes);
    const spent = [...after].map(([name, seconds]) => {
      const ms = (seconds - (before.get(name) ?? 0)) * 1_000;
      return [name, rounded(ms / hits)] as const;
    });
    return Object.fromEntries(spent);
  };
  return { msPer };
}

async function measureMatches(
  { target }: Parts,
  watch: OutcomeWatch,
  calls: readonly ReportedCall[],
  { rate, connections }: Options,
) {
  say(`Looking for the transfers of ${calls.length} calls at ${rate}/s`);
  const foundMs = await matchEach(target, calls, { rate, connections });
  say(`${calls.length} reports at ${rate}/s`);
  const before = watch.received;
  const answered = await reportEach(target, calls, { rate, connections });
  await watch.settled(before + calls.length, () => undefined);
  return { answered, foundMs, matchMs: watch.matchMs(answered.postbackIds) };
}

function report(
  { transfers }: Options,
  hits: Awaited<ReturnType<typeof measureBurst>>,
  { answered, foundMs, matchMs }: Awaited<ReturnType<typeof measureMatches>>,
): object {
  const rows = [
    ['answer in the burst', ...quantiles(hits.latencies)],
    ['answer at the constant rate', ...quantiles(answered.latencies)],
    ['finding the transfer, over HTTP', ...quantiles(foundMs)],
    ['from in the log to matched in the log', ...quantiles(matchMs)],
    ['from the end of the burst to its last match', String(Math.round(hits.matchedAllAfterMs)), ''],
  ];
  console.log(table(['what', 'p50 ms', 'p99 ms'], rows, 'No report was sent.'));
  const spent = Object.entries(hits.cpuMsPerHit).map(([name, ms]) => [name, String(ms)]);
  console.log(table(['process', 'CPU ms per report of the burst'], spent, 'Nothing ran.'));
  return {
    hitsPerSecond: Math.round(hits.perSecond),
    hitP99Ms: rounded(percentile(hits.latencies, 0.99)),
    matchP99Ms: rounded(percentile(foundMs, 0.99)),
    matchedInLogP99Ms: rounded(percentile(matchMs, 0.99)),
    hits: hits.postbackIds.length,
    matchedAllAfterMs: Math.round(hits.matchedAllAfterMs),
    cpuMsPerHit: hits.cpuMsPerHit,
    transfers,
  };
}

function quantiles(values: readonly number[]): string[] {
  return [0.5, 0.99].map((of) => String(rounded(percentile(values, of))));
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

async function withBar<Result>(
  total: number,
  work: (onProgress: (done: number) => void) => Promise<Result>,
): Promise<Result> {
  const bar = new ProgressBar();
  try {
    return await work((done) => {
      bar.show(done, total);
    });
  } finally {
    bar.end();
  }
}

function say(what: string): void {
  process.stderr.write(`${what} …\n`);
}
