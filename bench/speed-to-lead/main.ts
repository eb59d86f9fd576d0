import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { ProgressBar } from '../../apps/cli/progress-bar.js';
import { table } from '../../apps/cli/table-text.js';
import type { Benchmark } from '../main.js';
import { Arrivals, type Sent } from './arrivals.js';
import { type Options, parseOptions } from './options.js';
import { decisionsOf, figuresOf, type Journey, journeyOf, PARTS } from './parts.js';
import { PhoneWatch } from './phone-watch.js';
import { type DialingStack, startDialingStack } from './stack.js';

/** From a lead's arrival to the first ring of the consumer's phone. */
export const benchmark: Benchmark = {
  summary: 'from POST /v1/leads to the first ring, at a constant rate, with calls going on',
  run: (args) => measure(parseOptions(args)),
};

const WARM_UP_SECONDS = 5;
/** How long the last ones may take. */
const RING_WITHIN_MS = 60_000;
const LISTED_WITHIN_MS = 20_000;
const POLL_MS = 20;

async function measure(options: Options): Promise<object> {
  const phones = new PhoneWatch();
  const stack = await startDialingStack(options, phones);
  try {
    const arrivals = new Arrivals(options.seed);
    say('Warming up');
    await sendAndAwait(stack, phones, arrivals, { ...options, seconds: WARM_UP_SECONDS });
    say(`${options.rate} leads/s for ${options.seconds} s`);
    const sent = await sendAndAwait(stack, phones, arrivals, options);
    return report(await journeysOf(stack, phones, sent), options);
  } finally {
    await stack.stop();
  }
}

/** Resolves when every phone has rung. */
async function sendAndAwait(
  { api }: DialingStack,
  phones: PhoneWatch,
  arrivals: Arrivals,
  load: Pick<Options, 'rate' | 'seconds'>,
): Promise<Sent[]> {
  const bar = new ProgressBar();
  const sent = await arrivals.send(api, load, (count, total) => {
    bar.show(count, total);
  });
  bar.end();
  const deadline = performance.now() + RING_WITHIN_MS;
  let silent = sent;
  while (silent.length > 0) {
    if (performance.now() > deadline) throw new Error(silentSentence(silent.length, sent.length));
    await pause(POLL_MS);
    silent = silent.filter(({ phone }) => phones.of(phone)?.rangAtMs == null);
  }
  return sent;
}

function silentSentence(silent: number, all: number): string {
  return `${silent} of ${all} phones did not ring within ${RING_WITHIN_MS / 1_000} s.`;
}

async function journeysOf(
  { api, aheadMs }: DialingStack,
  phones: PhoneWatch,
  sent: readonly Sent[],
): Promise<Journey[]> {
  const deadline = performance.now() + LISTED_WITHIN_MS;
  let decisions = await decisionsOf(api);
  // The lists follow the log, in which a call is before the phone rings.
  while (sent.some(({ leadId }) => !decisions.has(leadId)) && performance.now() < deadline) {
    await pause(POLL_MS);
    decisions = await decisionsOf(api);
  }
  return sent.map((lead) => {
    const call = phones.of(lead.phone);
    const decided = decisions.get(lead.leadId);
    if (call === undefined || call.rangAtMs === null || decided === undefined) {
      throw new Error('A phone rang for a lead that the stack does not list.');
    }
    return journeyOf(lead, { ...call, rangAtMs: call.rangAtMs }, decided, aheadMs);
  });
}

function report(journeys: readonly Journey[], { rate, speed, seed }: Options): object {
  const figures = figuresOf(journeys);
  const rows = PARTS.map((part) => {
    const { p50Ms, p99Ms } = figures[part];
    return [part, String(p50Ms), String(p99Ms)];
  });
  console.log(table(['part', 'p50 ms', 'p99 ms'], rows, 'No lead was sent.'));
  const { total, ...parts } = figures;
  return { ...total, parts, leads: journeys.length, rate, speed, seed };
}

function say(what: string): void {
  process.stderr.write(`${what} …\n`);
}
