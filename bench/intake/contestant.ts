import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Target } from './load.js';
import type { Watched } from './process-cpu.js';

/** One side of the comparison, up and ready for load. */
export interface Contestant {
  readonly target: Target;
  readonly processes: readonly Watched[];
  stop(): Promise<void>;
}

const readyMsMax = 60_000;
const stopMsMax = 10_000;

/** A program of dist/ run by this Node. What it complains of is passed through. */
export function launch(
  program: string,
  env: Record<string, string>,
  nodeOptions: readonly string[],
) {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, [...nodeOptions, program], {
    env: { PATH, HOME, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Resolves when the address answers 200; fails when the process ends before, or takes too long. */
export async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const patienceEndsAt = Date.now() + readyMsMax;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`A server ended with ${child.exitCode}.`);
    if (Date.now() > patienceEndsAt) throw new Error(`${url} did not answer within a minute.`);
    await pause(50);
  }
}

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => null);
  await response?.body?.cancel();
  return response?.ok ?? false;
}

/** Asks the process to end, and makes it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const insist = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  child.kill('SIGTERM');
  await once(child, 'exit');
  clearTimeout(insist);
}
