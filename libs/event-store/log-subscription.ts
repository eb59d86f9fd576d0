import { type AllStreamRecordedEvent, type EventStoreDBClient } from '@eventstore/db-client';
import { eventStoreUnavailable } from './errors.js';
import {
  type LogMessage,
  type Position,
  type RecordedEvent,
  type SubscribeOptions,
} from './port.js';

/** A checkpoint every `32 × this` considered events: rare enough to cost nothing. */
const CHECKPOINT_INTERVAL = 64;
const NO_POSITION = 2n ** 64n - 1n;

interface Translation {
  readonly toLogEvent: (
    event: AllStreamRecordedEvent,
  ) => RecordedEvent & { readonly position: Position };
  readonly head: () => Promise<Position | null>;
}

/**
 * One subscription to `$all` as a pull: nothing is handed out before the one before it was taken,
 * so a slow reader slows the server down instead of overlapping its own work.
 *
 * Checkpoints and "caught up" reach the client beside its event buffer; here they are handed out
 * only when that buffer is empty, which puts them back in order.
 */
export async function* subscribe(
  client: EventStoreDBClient,
  options: SubscribeOptions,
  { toLogEvent, head }: Translation,
): AsyncGenerator<LogMessage> {
  const aside = new Aside();
  const subscription = client.subscribeToAll({
    fromPosition:
      options.after === null ? 'start' : { commit: options.after, prepare: options.after },
    filter: {
      filterOn: 'streamName',
      prefixes: [...options.streamPrefixes],
      checkpointInterval: CHECKPOINT_INTERVAL,
      checkpointReached: (_, position) => {
        aside.checkpoint(position.commit);
        return Promise.resolve();
      },
    },
  });
  subscription.on('readable', aside.wake);
  subscription.on('caughtUp', aside.caughtUp);
  subscription.on('error', aside.fail);
  subscription.on('end', aside.end);
  subscription.on('close', aside.end);
  options.signal.addEventListener('abort', aside.wake);
  let last = options.after;
  try {
    while (!options.signal.aborted) {
      const resolved = subscription.read() as { event?: AllStreamRecordedEvent } | null;
      if (resolved !== null) {
        if (resolved.event === undefined) continue;
        const event = toLogEvent(resolved.event);
        last = event.position;
        yield { kind: 'event', event };
        continue;
      }
      const message = await aside.next(last, head);
      if (message === 'wait') await aside.woken();
      else {
        if (message.kind === 'checkpoint') last = message.position;
        yield message;
      }
    }
  } finally {
    options.signal.removeEventListener('abort', aside.wake);
    void subscription.unsubscribe().catch(() => undefined);
    subscription.destroy();
  }
}

/** What a subscription says beside its events, kept until the events before it were taken. */
class Aside {
  #checkpoint: Position | null = null;
  #caughtUp = false;
  #error: Error | null = null;
  #ended = false;
  #wake: (() => void) | null = null;
  #signalled = false;

  readonly wake = (): void => {
    this.#signalled = true;
    this.#wake?.();
  };
  readonly caughtUp = (): void => {
    this.#caughtUp = true;
    this.wake();
  };
  readonly fail = (error: Error): void => {
    this.#error ??= error;
    this.wake();
  };
  readonly end = (): void => {
    this.#ended = true;
    this.wake();
  };

  checkpoint(position: Position): void {
    this.#checkpoint = position;
    this.wake();
  }

  /** The next thing said, `wait` if nothing was; throws when the subscription is over. */
  async next(
    last: Position | null,
    head: () => Promise<Position | null>,
  ): Promise<LogMessage | 'wait'> {
    const position = this.#checkpoint;
    if (position !== null) {
      this.#checkpoint = null;
      if (await isPlausible(position, last, head)) return { kind: 'checkpoint', position };
    }
    if (this.#caughtUp) {
      this.#caughtUp = false;
      return { kind: 'caught_up' };
    }
    if (this.#error !== null) throw eventStoreUnavailable(this.#error);
    if (this.#ended) throw eventStoreUnavailable(new Error('The subscription ended.'));
    return 'wait';
  }

  async woken(): Promise<void> {
    if (!this.#signalled) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = null;
    }
    this.#signalled = false;
  }
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
