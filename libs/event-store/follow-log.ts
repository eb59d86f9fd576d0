import { type EventCatalog, type StoredEvent } from './catalog.js';
import { backoffMs, pause } from './deadline.js';
import { type EventStore, type Position } from './port.js';

/** A message of the log with its event decoded. */
export type DecodedMessage =
  | { readonly kind: 'event'; readonly event: StoredEvent & { readonly position: Position } }
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught_up' };

export interface FollowOptions {
  readonly store: EventStore;
  readonly catalog: EventCatalog;
  /** Exclusive; `null` begins at the beginning. */
  readonly after: Position | null;
  readonly streamPrefixes: readonly string[];
  readonly signal: AbortSignal;
  /** Called on every lost connection, before the next attempt. */
  readonly onDisconnected?: (error: unknown) => void;
  /** Called for an event of a type this version does not know; it is skipped. */
  readonly onUnknown?: (type: string) => void;
}

/**
 * The log from a position on, for as long as the signal allows: resubscribes by itself from the
 * last message it handed out, with jittered back-off, because the client's subscriptions end at the
 * first error and never come back.
 *
 * An event that does not decode ends it with `UndecodableEvent`: to skip it would be to lose it.
 */
export async function* followLog(options: FollowOptions): AsyncGenerator<DecodedMessage> {
  let after = options.after;
  let failures = 0;
  while (!options.signal.aborted) {
    const messages = options.store
      .subscribeToAll({
        after,
        streamPrefixes: options.streamPrefixes,
        signal: options.signal,
      })
      [Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await guard(messages);
        if (next.done === true) break;
        failures = 0;
        const message = next.value;
        if (message.kind === 'caught_up') yield message;
        else if (message.kind === 'checkpoint') {
          after = message.position;
          yield message;
        } else {
          const { position } = message.event;
          const event = options.catalog.decode(message.event);
          after = position;
          if (event === null) options.onUnknown?.(message.event.type);
          yield event === null
            ? { kind: 'checkpoint', position }
            : { kind: 'event', event: { ...event, position } };
        }
      }
    } catch (error) {
      if (!(error instanceof Disconnected)) throw error;
      options.onDisconnected?.(error.cause);
    } finally {
      await messages.return?.(undefined);
    }
    await pause(50 + backoffMs(failures, 100, 5_000), options.signal);
    failures += 1;
  }
}

class Disconnected extends Error {}

/** Tells a broken connection from an error of whoever consumes the log. */
async function guard<T>(messages: AsyncIterator<T>): Promise<IteratorResult<T>> {
  try {
    return await messages.next();
  } catch (cause) {
    throw new Disconnected('The subscription broke.', { cause });
  }
}
