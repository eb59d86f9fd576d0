import { type EventStore, type Position } from '#libs/event-store';

/**
 * Whether the log holds nothing of these types behind a position. What acts on these types alone
 * need not come further than that: the store tells it of others' events only now and then.
 */
export async function isPassed(
  store: EventStore,
  position: Position | null,
  types: readonly string[],
): Promise<boolean> {
  const { signal } = new AbortController();
  const rest = { after: position, typePrefixes: types, signal };
  for await (const { kind } of store.subscribeToAll(rest)) {
    if (kind === 'event') return false;
    if (kind === 'caught_up') break;
  }
  return true;
}
