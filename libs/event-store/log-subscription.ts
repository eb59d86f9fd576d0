import { type AllStreamResolvedEvent } from '@eventstore/db-client';
import { type Connection } from './connection.js';
import { eventStoreUnavailable, storeFailure } from './errors.js';
import { type LogMessage, type Position, type SubscribeOptions } from './port.js';
import { type PulledStream } from './pulled-stream.js';
import { toLogEvent } from './recorded-events.js';

/** A checkpoint every `32 × this` considered events: rare enough to cost nothing. */
const CHECKPOINT_INTERVAL = 64;
const NO_POSITION = 2n ** 64n - 1n;

/**
 * One subscription to `$all`. Ends with `event_store_unavailable` when its connection does. `head`
 * tells where the log ends.
 *
 * Checkpoints and "caught up" reach the client beside its events; here they are handed out when
 * the events that are here were taken, which puts them back in order.
 */
export async function* subscribe(
  connection: Connection,
  options: SubscribeOptions,
  head: () => Promise<Position | null>,
): AsyncGenerator<LogMessage> {
  const aside: Aside = { checkpoint: null, caughtUp: false };
  const subscription = connection.client.subscribeToAll({
    fromPosition:
      options.after === null ? 'start' : { commit: options.after, prepare: options.after },
    filter: {
      filterOn: 'streamName',
      prefixes: [...options.streamPrefixes],
      checkpointInterval: CHECKPOINT_INTERVAL,
      // Must neither throw nor reject: the client would let it end the process.
      checkpointReached: (_, position) => {
        aside.checkpoint = position.commit;
        stream.wake();
        return Promise.resolve();
      },
    },
  });
  subscription.on('caughtUp', () => {
    aside.caughtUp = true;
    stream.wake();
  });
  const stream = connection.pull<AllStreamResolvedEvent>(subscription, () =>
    subscription.unsubscribe(),
  );
  options.signal.addEventListener('abort', stream.wake);
  let last = options.after;
  try {
    while (!options.signal.aborted) {
      const resolved = stream.take();
      if (resolved !== null) {
        // A link whose event is gone has no event.
        if (resolved.event === undefined) continue;
        const event = toLogEvent(resolved.event);
        last = event.position;
        yield { kind: 'event', event };
        continue;
      }
      const said = nextSaid(aside);
      if (said === null) await waitForMore(stream);
      else if (said.kind === 'caught_up') yield said;
      else if (await isPlausible(said.position, last, head)) {
        last = said.position;
        yield said;
      }
    }
  } finally {
    options.signal.removeEventListener('abort', stream.wake);
    stream.leave();
  }
}

/** What a subscription said beside its events and was not handed out yet. */
interface Aside {
  checkpoint: Position | null;
  caughtUp: boolean;
}

function nextSaid(aside: Aside): Exclude<LogMessage, { kind: 'event' }> | null {
  const { checkpoint, caughtUp } = aside;
  if (checkpoint !== null) {
    aside.checkpoint = null;
    return { kind: 'checkpoint', position: checkpoint };
  }
  aside.caughtUp = false;
  return caughtUp ? { kind: 'caught_up' } : null;
}

/** A subscription has no end of its own; a silent one is noticed by the client's keep-alive. */
async function waitForMore(stream: PulledStream<unknown>): Promise<void> {
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
