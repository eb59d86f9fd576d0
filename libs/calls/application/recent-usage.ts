import { type EventCatalog, type EventStore, type RecordedEvent } from '#libs/event-store';
import { type DestinationUsageEvent } from '../domain/destination-usage.events.js';
import { UsageTail } from '../domain/usage-tail.js';

/**
 * Events that are read at least: the commands among them are recognised when they are run again.
 * 500 are some 250 transfers.
 */
const READ_MIN = 500;

/**
 * A store whose whole streams are the end of them, as much as it takes to know a destination’s
 * usage. For streams of usage alone.
 *
 * Commands are decided on it in milliseconds however long a stream has become. A command that is
 * run again is recognised as long as its transfer is under way, or {@link READ_MIN} events have not
 * passed since.
 */
export function recentUsage(store: EventStore, catalog: EventCatalog): EventStore {
  return {
    append: (stream, expected, events) => store.append(stream, expected, events),
    readStream: (stream, options) =>
      options === undefined ? endOf(store, catalog, stream) : store.readStream(stream, options),
    subscribeToAll: (options) => store.subscribeToAll(options),
    headPosition: () => store.headPosition(),
    close: () => store.close(),
  };
}

async function* endOf(
  store: EventStore,
  catalog: EventCatalog,
  stream: string,
): AsyncGenerator<RecordedEvent> {
  const tail = new UsageTail();
  const read: RecordedEvent[] = [];
  for await (const recorded of backwards(store, stream)) {
    read.push(recorded);
    const event = catalog.decode(recorded);
    if (event !== null) tail.see(event as DestinationUsageEvent);
    if (tail.isEnough && read.length >= READ_MIN) break;
  }
  yield* read.toReversed();
}

/** Page by page, since a server sends on what nobody reads any more. */
async function* backwards(store: EventStore, stream: string): AsyncGenerator<RecordedEvent> {
  let page = { direction: 'backwards', maxCount: READ_MIN } as const;
  for (;;) {
    let last: RecordedEvent | null = null;
    for await (last of store.readStream(stream, page)) yield last;
    if (last === null || last.revision === 0n) return;
    page = { ...page, ...{ from: last.revision - 1n } };
  }
}
