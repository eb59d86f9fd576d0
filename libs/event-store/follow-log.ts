import { DomainError } from '#libs/kernel';
import { type EventCatalog, type StoredEvent } from './catalog.js';
import { backoffMs, pause } from './deadline.js';
import { type EventStore, type LogFilter, type Position, type RecordedEvent } from './port.js';

/** A decoded event that came from the log, and so has a position in it. */
export type LogEvent = StoredEvent & { readonly position: Position };

/** A message of the log with its event decoded. */
export type DecodedMessage =
  | { readonly kind: 'event'; readonly event: LogEvent }
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught_up' };

/** Which part of the log to follow, and from where. */
export type FollowOptions = LogFilter & {
  readonly store: EventStore;
  readonly catalog: EventCatalog;
  /** Exclusive; `null` begins at the beginning. */
  readonly after: Position | null;
  readonly signal: AbortSignal;
  /** Called on every lost connection, before the next attempt. */
  readonly onDisconnected?: (error: unknown) => void;
  /** Called for an event of a type this version does not know; it is skipped. */
  readonly onUnknown?: (type: string) => void;
};

/**
 * The log from a position on, for as long as the signal allows: resubscribes by itself from the
 * last message it handed out, with jittered back-off, because the client's subscriptions end at the
 * first error and never come back.
 *
 * An event that does not decode ends it with `UndecodableEvent`: to skip it would be to lose it.
 */
export async function* followLog(options: FollowOptions): AsyncGenerator<DecodedMessage> {
  const { store, signal } = options;
  let after = options.after;
  let failures = 0;
  while (!signal.aborted) {
    try {
      for await (const message of store.subscribeToAll({ ...filterOf(options), after, signal })) {
        failures = 0;
        if (message.kind === 'caught_up') {
          yield message;
          continue;
        }
        const decoded = message.kind === 'event' ? decode(options, message.event) : message;
        after = decoded.kind === 'event' ? decoded.event.position : decoded.position;
        yield decoded;
      }
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      options.onDisconnected?.(error);
    }
    await pause(50 + backoffMs(failures, 50, 500), signal);
    failures += 1;
  }
}

function filterOf({ streamPrefixes, typePrefixes }: LogFilter): LogFilter {
  return typePrefixes === undefined ? { streamPrefixes } : { typePrefixes };
}

/** An event of an unknown type becomes a checkpoint: passed, and not to be read again. */
function decode(
  { catalog, onUnknown }: FollowOptions,
  recorded: RecordedEvent & { readonly position: Position },
): Exclude<DecodedMessage, { kind: 'caught_up' }> {
  const event = catalog.decode(recorded) as LogEvent | null;
  if (event !== null) return { kind: 'event', event };
  onUnknown?.(recorded.type);
  return { kind: 'checkpoint', position: recorded.position };
}

function isUnavailable(error: unknown): boolean {
  return error instanceof DomainError && error.kind === 'unavailable';
}
