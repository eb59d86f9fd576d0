import { eventStoreUnavailable } from './errors.js';
import { type EventStore, type Position, type RecordedEvent } from './port.js';

/**
 * The first event after a position, of streams with one of these prefixes; `null` if there is none
 * yet. Rejects with `event_store_unavailable` when there is no answer within `withinMs`.
 */
export async function firstAfter(
  store: Pick<EventStore, 'subscribeToAll'>,
  after: Position,
  streamPrefixes: readonly string[],
  withinMs: number,
): Promise<RecordedEvent | null> {
  const signal = AbortSignal.timeout(withinMs);
  for await (const message of store.subscribeToAll({ after, streamPrefixes, signal })) {
    if (message.kind === 'event') return message.event;
    if (message.kind === 'caught_up') return null;
  }
  throw eventStoreUnavailable(signal.reason);
}
