import { setTimeout as pause } from 'node:timers/promises';
import {
  awaitProjectionRequest,
  type Build,
  type Database,
  listBuilds,
  requestProjectionAction,
} from '#libs/read-db';

/** What a rebuild came to. */
export interface Rebuilt {
  /** From the request until the last of the new builds was served. */
  readonly seconds: number;
  /** Events of the log that were read for it. */
  readonly events: number;
  /** From the first event to the last switch, without waiting for the worker to begin. */
  readonly fillingSeconds: number;
}

const pollMs = 100;
const handledWithinMs = 60_000;

/** The names of all read models that are served. */
export async function readModels(database: Database): Promise<string[]> {
  return (await listBuilds(database)).filter(({ serving }) => serving).map(({ name }) => name);
}

/**
 * Asks the worker to rebuild the read models and waits until the new builds are served. Fails when
 * one of them is given up.
 */
export async function rebuild(
  database: Database,
  names: readonly string[],
  onProgress: (done: number, total: number) => void,
): Promise<Rebuilt> {
  const startedAt = performance.now();
  const numbers = new Map<string, number>();
  for (const id of await Promise.all(names.map((name) => ask(database, name)))) {
    const request = await awaitProjectionRequest(database, id, { timeoutMs: handledWithinMs });
    if (request?.outcome !== 'done' || request.build === null) {
      throw new Error(`A rebuild was not begun: ${request?.outcome ?? 'no worker answered'}`);
    }
    numbers.set(request.name, request.build);
  }
  const builds = await untilServed(database, numbers, onProgress);
  const seconds = (performance.now() - startedAt) / 1_000;
  const began = Math.min(...builds.map((build) => Date.parse(build.startedAt ?? '')));
  const ended = Math.max(...builds.map((build) => Date.parse(build.finishedAt ?? '')));
  const events = Math.max(...builds.map(({ eventsSeen }) => Number(eventsSeen)));
  return { seconds, events, fillingSeconds: (ended - began) / 1_000 };
}

function ask(database: Database, name: string): Promise<string> {
  return requestProjectionAction(database, { action: 'rebuild', name, requestedBy: 'bench' });
}

async function untilServed(
  database: Database,
  numbers: ReadonlyMap<string, number>,
  onProgress: (done: number, total: number) => void,
): Promise<readonly Build[]> {
  for (;;) {
    const all = await listBuilds(database);
    const builds = all.filter(({ name, build }) => numbers.get(name) === build);
    for (const { name, state, failure, finding } of builds) {
      if (state !== 'failed' && state !== 'cancelled') continue;
      throw new Error(`The rebuild of ${name} ended: ${failure ?? finding ?? state}`);
    }
    onProgress(...progressOf(builds));
    if (builds.every(({ serving }) => serving)) return builds;
    await pause(pollMs);
  }
}

/** How far the slowest of them is, in shares of 1,000 of the log as it was at the start. */
function progressOf(builds: readonly Build[]): [done: number, total: number] {
  const shares = builds.map(({ position, head, serving }) => {
    if (serving) return 1_000n;
    if (position === null || head === null || head === 0n) return 0n;
    return (position * 1_000n) / head;
  });
  const least = shares.reduce((a, b) => (a < b ? a : b), 1_000n);
  return [Number(least > 999n && !builds.every(({ serving }) => serving) ? 999n : least), 1_000];
}
