import { once } from 'node:events';
import {
  caughtUpTo,
  type Database,
  type ProjectedEvent,
  type Projection,
  type ProjectionMessage,
  runProjections,
} from '#libs/read-db';

/** A log that holds these events, to follow from any position; stays open at its end. */
export function logOf(
  events: readonly ProjectedEvent[],
): (after: bigint | null, signal: AbortSignal) => AsyncIterable<ProjectionMessage> {
  return async function* follow(after, signal) {
    for (const event of events) {
      if (signal.aborted) return;
      if (after === null || event.position > after) yield { kind: 'event', event };
    }
    yield { kind: 'caught_up' };
    if (!signal.aborted) await once(signal, 'abort');
  };
}

/**
 * Lets the engine apply a history to read models, and resolves when they show all of it. `worker`
 * is connected as the worker.
 */
export async function applyEvents(
  worker: Database,
  projections: readonly Projection[],
  events: readonly ProjectedEvent[],
): Promise<void> {
  const last = events.at(-1);
  if (last === undefined) return;
  const stop = new AbortController();
  const running = runProjections({
    database: worker,
    projections,
    log: logOf(events),
    signal: stop.signal,
    batchIntervalMs: 0,
  });
  const names = projections.map(({ name }) => name);
  const reached = await caughtUpTo(worker, names, last.position, { timeoutMs: 60_000 });
  stop.abort();
  await running;
  if (!reached) throw new Error(`${names.join(', ')} did not reach ${last.position}.`);
}
