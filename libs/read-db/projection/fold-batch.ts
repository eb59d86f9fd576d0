import { keyOfRow, keyOfStream, noMoreKeys, ParkedKeys } from './dead-letter-keys.js';
import { type LogItem } from './messages.js';
import { type Touch, type Projection, type ProjectedEvent } from './projection.js';
import { type RowChanges, RowMemory } from './row-memory.js';

/** Reads the rows of these keys. */
export type LoadRows = (
  keys: readonly object[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** An event that was not applied. */
export interface ParkedEvent {
  /** Which of the batch. */
  readonly index: number;
  /** The rows it would have changed, or the stream it is in where these are not known. */
  readonly keys: readonly string[];
  /** What its handler threw, or why it does not decode; `null` if it only waits for another. */
  readonly cause: unknown;
}

/** What a projection makes of a batch. */
export interface FoldedBatch {
  readonly changes: RowChanges;
  /** Those among the folded events that changed nothing. */
  readonly parked: readonly ParkedEvent[];
  /** How many of the events were folded: all of them, or those before the one that failed. */
  readonly folded: number;
  /** Why the event after those could neither be applied nor parked; `null` if there is none. */
  readonly failure: unknown;
}

/**
 * Folds events into the rows they touch, loading each row at most once.
 *
 * An event that cannot be applied is parked, with nothing of it in the rows, and so is every later
 * one that concerns a row of it: each row is the fold of what was not parked, in order. Stops
 * before an event for which `waiting` has no room, and so unless told before the first that cannot
 * be applied. The outcome is the same wherever the batch began.
 */
export async function foldBatch(
  projection: Projection,
  items: readonly LogItem[],
  load: LoadRows,
  waiting: ParkedKeys = new ParkedKeys(noMoreKeys),
): Promise<FoldedBatch> {
  const { touches, unclear } = collectTouches(projection, items);
  const memory = new RowMemory(projection.table);
  const missing = memory.missing(touches.flat());
  memory.load(missing, missing.length === 0 ? [] : await load(missing));
  const parked: ParkedEvent[] = [];
  for (const [index, ofOneEvent] of touches.entries()) {
    const { stream } = items[index] as LogItem;
    const waits = waiting.size > 0 && mustWait(waiting, projection, stream, ofOneEvent);
    const cause = unclear.get(index) ?? (waits ? null : tryApply(memory, ofOneEvent));
    if (cause === null && !waits) continue;
    const keys = keysOf(projection, ofOneEvent, stream, waiting);
    if (!waiting.park(keys)) {
      const failure = cause ?? new Error('It waits for one that cannot be applied.');
      return { changes: memory.changes(), parked, folded: index, failure };
    }
    parked.push({ index, keys, cause });
  }
  return { changes: memory.changes(), parked, folded: items.length, failure: null };
}

/** Of each event, the rows it concerns; none of one that its handler cannot read. */
function collectTouches(projection: Projection, items: readonly LogItem[]) {
  const unclear = new Map<number, unknown>();
  const touches = items.map((item, index): readonly Touch[] => {
    try {
      if ('error' in item) throw item.error;
      return touchesOf(projection, item);
    } catch (error) {
      unclear.set(index, error ?? thrownNothing());
      return [];
    }
  });
  return { touches, unclear };
}

/** The rows that an event concerns in a projection; none if it has no handler for it. */
export function touchesOf(projection: Projection, event: ProjectedEvent): readonly Touch[] {
  const handler = Object.hasOwn(projection.on, event.type) ? projection.on[event.type] : undefined;
  const touched = handler?.(event) ?? [];
  return Array.isArray(touched) ? (touched as readonly Touch[]) : [touched as Touch];
}

function mustWait(
  waiting: ParkedKeys,
  { table }: Projection,
  stream: string,
  touches: readonly Touch[],
): boolean {
  return (
    waiting.has(keyOfStream(stream)) || touches.some(({ key }) => waiting.has(keyOfRow(table, key)))
  );
}

/**
 * Under which an event waits: its rows, and its stream where its rows are not known or where others
 * of it wait already.
 */
export function keysOf(
  { table }: Projection,
  touches: readonly Touch[],
  stream: string,
  waiting: ParkedKeys,
): string[] {
  const keys = new Set(touches.map(({ key }) => keyOfRow(table, key)));
  const ofStream = keyOfStream(stream);
  if (keys.size === 0 || waiting.has(ofStream)) keys.add(ofStream);
  return [...keys];
}

function tryApply(memory: RowMemory, touches: readonly Touch[]): unknown {
  try {
    memory.applyAll(touches);
    return null;
  } catch (error) {
    return error ?? thrownNothing();
  }
}

function thrownNothing(): Error {
  return new Error('A handler threw nothing at all.');
}
