import { type EventStore } from '#libs/event-store';
import { type LogItem, type StoredPlace } from '#libs/read-db';
import { ForgivingCatalog, toLogItem } from './forgiving-catalog.js';

/** Streams read at once. */
const streamsAtOnce = 16;

/**
 * Reads single events again, in the order asked for; `null` for one that is gone from the store, or
 * of a type this version does not know.
 */
export async function rereadEvents(
  store: EventStore,
  places: readonly StoredPlace[],
): Promise<(LogItem | null)[]> {
  const catalog = new ForgivingCatalog();
  const byStream = [...Map.groupBy(places, ({ stream }) => stream).values()];
  const found = new Map<StoredPlace, LogItem | null>();
  for (let first = 0; first < byStream.length; first += streamsAtOnce) {
    const streams = byStream.slice(first, first + streamsAtOnce);
    await Promise.all(streams.map((ofOne) => rereadStream(store, catalog, ofOne, found)));
  }
  return places.map((place) => found.get(place) ?? null);
}

/** The places are in the order of the log, and so in that of their stream. */
async function rereadStream(
  store: EventStore,
  catalog: ForgivingCatalog,
  places: readonly StoredPlace[],
  found: Map<StoredPlace, LogItem | null>,
): Promise<void> {
  const wanted = new Map(places.map((place) => [place.revision, place]));
  const [from, to] = [places[0]?.revision ?? 0n, places.at(-1)?.revision ?? 0n];
  const events = store.readStream(places[0]?.stream ?? '', {
    from,
    maxCount: Number(to - from) + 1,
  });
  for await (const recorded of events) {
    const place = wanted.get(recorded.revision);
    if (place === undefined) continue;
    const event = catalog.decode(recorded);
    found.set(place, event && toLogItem({ ...event, position: place.position }));
  }
}
