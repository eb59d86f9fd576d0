import { type Connection } from './connection.js';
import { type RecordedEvent } from './port.js';
import { type PulledStream } from './pulled-stream.js';
import { type ReadAnswer } from './read-answer.js';
import { type ReadRequest } from './read-request.js';
import { ATTEMPT_WITHIN_MS, untilAnswered } from './until-answered.js';

/**
 * The events of a read; none of a stream that does not exist. Started anew while nothing of it
 * came; broken off later, it fails with a `StoreFailure`, because part of a history must not pass
 * for the whole.
 *
 * The first event comes before `deadline`, each later one within the time of an attempt.
 */
export async function* read(
  connection: Connection,
  request: ReadRequest,
  deadline: number,
): AsyncGenerator<RecordedEvent> {
  const stream = await untilAnswered(deadline, (withinMs) => start(connection, request, withinMs));
  try {
    do {
      for (const answer of stream.take()) if (answer.kind === 'event') yield answer.event;
    } while (await next(connection, stream, ATTEMPT_WITHIN_MS));
  } finally {
    stream.leave();
  }
}

async function start(
  connection: Connection,
  request: ReadRequest,
  withinMs: number,
): Promise<PulledStream<ReadAnswer>> {
  const stream = connection.read(request);
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
  stream: PulledStream<ReadAnswer>,
  withinMs: number,
): Promise<boolean> {
  const startedAt = performance.now();
  try {
    return await stream.more(withinMs);
  } catch (error) {
    await connection.examineRead(error, startedAt);
    throw error;
  }
}
