import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { Contestant } from './contestant.js';
import type { Measured } from './load.js';
import { cpuSeconds } from './process-cpu.js';

/** One phase of load on one side, with what it cost. */
export interface Round extends Measured {
  /** CPU seconds by process, until the side was quiet again. */
  readonly cpu: ReadonlyMap<string, number>;
  /** How long the side went on working after its last answer, in milliseconds. */
  readonly settledAfterMs: number;
  /** CPU seconds of the load generator per second of load. */
  readonly generatorShare: number;
}

const lookEveryMs = 250;
const settleMsMax = 60_000;
/** CPU seconds per second below which a side counts as quiet, and as quiet while sampled. */
const quietBelow = 0.08;
const quietBelowProfiled = 0.6;

/** Runs one phase and waits until the side has finished all work it left for later. */
export async function runRound(
  contestant: Contestant,
  phase: (target: Contestant['target']) => Promise<Measured>,
): Promise<Round> {
  const before = await cpuSeconds(contestant.processes);
  const generatorBefore = process.cpuUsage();
  const startedAt = performance.now();
  const measured = await phase(contestant.target);
  const { user, system } = process.cpuUsage(generatorBefore);
  const generatorShare = (user + system) / 1_000 / (performance.now() - startedAt);
  const settledAfterMs = await settle({ ...contestant, name: contestant.target.name });
  const after = await cpuSeconds(contestant.processes);
  return { ...measured, cpu: difference(after, before), settledAfterMs, generatorShare };
}

/**
 * Waits until these processes are quiet, so that what they left for later takes no CPU from what is
 * measured next. Resolves to how long they were busy, in milliseconds.
 */
export async function settle(
  { name, processes, profiled }: Pick<Contestant, 'processes' | 'profiled'> & { name: string },
  withinMs = settleMsMax,
): Promise<number> {
  const startedAt = performance.now();
  const quietCpu = ((profiled ? quietBelowProfiled : quietBelow) * lookEveryMs) / 1_000;
  let quietSince = startedAt;
  let last = total(await cpuSeconds(processes));
  while (performance.now() - quietSince < 2 * lookEveryMs) {
    await pause(lookEveryMs);
    const now = total(await cpuSeconds(processes));
    if (now - last > quietCpu) quietSince = performance.now();
    last = now;
    if (performance.now() - startedAt > withinMs) {
      throw new Error(`${name} was still busy ${withinMs / 1_000} s after its last answer.`);
    }
  }
  return quietSince - startedAt;
}

function total(seconds: ReadonlyMap<string, number>): number {
  return [...seconds.values()].reduce((sum, each) => sum + each, 0);
}

function difference(after: ReadonlyMap<string, number>, before: ReadonlyMap<string, number>) {
  return new Map([...after].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)]));
}
