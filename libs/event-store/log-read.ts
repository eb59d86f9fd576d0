import { type RecordedEvent as ClientEvent, type StreamingRead } from '@eventstore/db-client';
import { type Connection } from './connection.js';
import { type PulledStream } from './pulled-stream.js';
import { ATTEMPT_WITHIN_MS, untilAnswered } from './until-answered.js';

interface Resolved {
  readonly event?: ClientEvent | undefined;
}

/**
 * The events of a read. Started anew while nothing of it came; broken off later, it fails with a
 * `StoreFailure`, because part of a history must not pass for the whole.
 *
 * The first event comes before `deadline`, each later one within the time of an attempt.
 */
export async function* read(
  connection: Connection,
  open: () => StreamingRead<Resolved>,
  deadline: number,
): AsyncGenerator<ClientEvent> {
  const stream = await untilAnswered(deadline, (withinMs) => start(connection, open, withinMs));
  try {
    for (;;) {
      const resolved = stream.take();
      if (resolved === null) {
        if (!(await next(connection, stream, ATTEMPT_WITHIN_MS))) return;
      } else if (resolved.event !== undefined) {
        yield resolved.event;
      }
    }
  } finally {
    stream.leave();
  }
}

async function start(
  connection: Connection,
  open: () => StreamingRead<Resolved>,
  withinMs: number,
): Promise<PulledStream<Resolved>> {
  const source = open();
  const stream = connection.pull<Resolved>(source, () => source.cancel());
  try {
    await next(connection, stream, withinMs);
    return stream;
  } catch (error) {
    stream.leave();
    throw error;
  }
}

async function next(
  connection: Connection,
  stream: PulledStream<Resolved>,
  withinMs: number,
): Promise<boolean> {
  const startedAt = performance.now();
  try {
    return await stream.more(withinMs);
  } catch (error) {
    await connection.examine(error, startedAt);
    throw error;
  }
}
