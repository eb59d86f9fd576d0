import { type Connection } from './connection.js';
import { eventStoreUnavailable, storeFailure } from './errors.js';
import { type LogMessage, type Position, type SubscribeOptions } from './port.js';
import { type PulledStream } from './pulled-stream.js';
import { type ReadAnswer } from './read-answer.js';
import { subscriptionRequest } from './read-request.js';

const NO_POSITION = 2n ** 64n - 1n;

/**
 * One subscription to `$all`. Ends with `event_store_unavailable` when its connection does. `head`
 * tells where the log ends.
 */
export async function* subscribe(
  connection: Connection,
  options: SubscribeOptions,
  head: () => Promise<Position | null>,
): AsyncGenerator<LogMessage> {
  const { signal } = options;
  const stream = connection.read(subscriptionRequest(options));
  signal.addEventListener('abort', stream.wake);
  let last = options.after;
  try {
    while (!signal.aborted) {
      for (const answer of stream.take()) {
        if (answer.kind === 'other') continue;
        if (answer.kind === 'event') last = answer.event.position;
        if (answer.kind === 'checkpoint') {
          if (!(await isPlausible(answer.position, last, head))) continue;
          last = answer.position;
        }
        yield answer;
      }
      await waitForMore(stream);
    }
  } finally {
    signal.removeEventListener('abort', stream.wake);
    stream.leave();
  }
}

/** A subscription has no end of its own; a silent one is noticed by the session's keep-alive. */
async function waitForMore(stream: PulledStream<ReadAnswer>): Promise<void> {
  try {
    if (await stream.more(Infinity)) return;
  } catch (error) {
    const failure = storeFailure(error);
    throw failure.kind === 'connection' ? eventStoreUnavailable(failure) : failure;
  }
  throw eventStoreUnavailable(new Error('The event store ended the subscription.'));
}

/**
 * Servers up to 24.10.4 sent checkpoints of 2^64-1, of the end of the log, and of the past. One
 * that would skip events must never be stored.
 */
async function isPlausible(
  position: Position,
  last: Position | null,
  head: () => Promise<Position | null>,
): Promise<boolean> {
  if (position === NO_POSITION || (last !== null && position <= last)) return false;
  const end = await head();
  return end !== null && position <= end;
}
