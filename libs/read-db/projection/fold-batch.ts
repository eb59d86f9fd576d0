import { type LogItem } from './messages.js';
import { type Touch, type Projection, type ProjectedEvent } from './projection.js';
import { type RowChanges, RowMemory } from './row-memory.js';

/** Reads the rows of these keys. */
export type LoadRows = (
  keys: readonly object[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** What a projection makes of a batch. */
export interface FoldedBatch {
  readonly changes: RowChanges;
  /** How many of the events were folded: all of them, or those before the one that failed. */
  readonly folded: number;
  /** What its handler threw at the event after those; `null` if nothing. */
  readonly failure: unknown;
}

/**
 * Folds events into the rows they touch, loading each row at most once.
 *
 * Stops before the first event whose handler throws, with nothing of that event in the rows: the
 * outcome is the same wherever the batch began.
 */
export async function foldBatch(
  projection: Projection,
  items: readonly LogItem[],
  load: LoadRows,
): Promise<FoldedBatch> {
  const { touches, failure } = collectTouches(projection, items);
  const memory = new RowMemory(projection.table);
  const missing = memory.missing(touches.flat());
  const rows = missing.length === 0 ? [] : await load(missing);
  memory.load(missing, rows);
  const failed = applyAll(memory, touches);
  if (failed === null) return { changes: memory.changes(), folded: touches.length, failure };
  const again = new RowMemory(projection.table);
  again.load(missing, rows);
  applyAll(again, touches.slice(0, failed.index));
  return { changes: again.changes(), folded: failed.index, failure: failed.error };
}

function collectTouches(projection: Projection, items: readonly LogItem[]) {
  const touches: (readonly Touch[])[] = [];
  try {
    for (const item of items) {
      if ('error' in item) throw item.error;
      touches.push(touchesOf(projection, item));
    }
  } catch (failure) {
    return { touches, failure: failure ?? new Error('A handler threw nothing at all.') };
  }
  return { touches, failure: null };
}

/** The rows that an event concerns in a projection; none if it has no handler for it. */
export function touchesOf(projection: Projection, event: ProjectedEvent): readonly Touch[] {
  const handler = Object.hasOwn(projection.on, event.type) ? projection.on[event.type] : undefined;
  const touched = handler?.(event) ?? [];
  return Array.isArray(touched) ? (touched as readonly Touch[]) : [touched as Touch];
}

function applyAll(
  memory: RowMemory,
  touches: readonly (readonly Touch[])[],
): { index: number; error: unknown } | null {
  for (const [index, ofOneEvent] of touches.entries()) {
    try {
      for (const touch of ofOneEvent) memory.apply(touch);
    } catch (error) {
      return { index, error: error ?? new Error('A handler threw nothing at all.') };
    }
  }
  return null;
}
