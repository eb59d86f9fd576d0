import { type StoredEvent } from '#libs/event-store';
import { type DomainEvent } from '#libs/kernel';
import { type ReadModelTable, type Row, type RowKey } from './table.js';

/** A stored event on its way into a read model: its place in the log is known. */
export type ProjectedEvent<Event extends DomainEvent = DomainEvent> = StoredEvent<Event> & {
  readonly position: bigint;
};

/** One row that an event concerns, and what becomes of it. */
export interface Touch<Key = object, Value = object> {
  readonly key: Key;
  /** `false` where the row cannot exist before this event, so that nothing need be loaded. */
  readonly loads: boolean;
  /** The row afterwards: `null` removes it, `undefined` leaves it as it is. */
  change(row: Value | undefined): Value | null | undefined;
}

/** What a handler answers: the rows it concerns, none, one or many. */
export type Touches<Table> = Touch<RowKey<Table>, Row<Table>> | Touch<RowKey<Table>, Row<Table>>[];

/** One pure function per event type that the read model is made of. */
export type Handlers<Event extends DomainEvent, Table> = {
  readonly [Type in Event['type']]?: (
    event: ProjectedEvent<Extract<Event, { type: Type }>>,
  ) => Touches<Table>;
};

/**
 * A read model: a pure fold of the log into the rows of one table.
 *
 * `name` is permanent and becomes the view that queries read. Whoever changes the table or a
 * handler raises `version`: the new version gets a table of its own, filled from the beginning.
 */
export interface Projection {
  readonly name: string;
  readonly version: number;
  readonly table: ReadModelTable;
  /**
   * Types of events that may wait where they come in a burst, so that others get the machine; none
   * if left out. The rest of the log waits with them, for this read model alone.
   */
  readonly unhurried?: readonly string[];
  readonly on: Readonly<Record<string, (event: ProjectedEvent) => Touch | readonly Touch[]>>;
}

/** Declares a projection of `Event` into `Table`. */
export function defineProjection<Event extends DomainEvent, Table extends ReadModelTable>(
  projection: Omit<Projection, 'table' | 'on'> & {
    readonly table: Table;
    readonly on: Handlers<Event, Table>;
  },
): Projection & { readonly table: Table } {
  // Handlers are looked up by the event's type, so each is given only what it declared.
  return projection as unknown as Projection & { readonly table: Table };
}

/** The event is the first of this row. One that stands there in spite of it is replaced. */
export function insert<const Value extends object>(row: Value): Touch<Value, Value> {
  return { key: row, loads: false, change: () => row };
}

/** The row changes, or begins: `row` is undefined then. */
export function upsert<Key extends object, Value>(
  key: Key,
  change: (row: Value | undefined) => Value,
): Touch<Key, Value> {
  return { key, loads: true, change };
}

/** The row changes if there is one. */
export function update<Key extends object, Value>(
  key: Key,
  change: (row: Value) => Value,
): Touch<Key, Value> {
  return { key, loads: true, change: (row) => (row === undefined ? undefined : change(row)) };
}

/** The row goes, if there is one. */
export function remove<Key extends object>(key: Key): Touch<Key, never> {
  return { key, loads: false, change: () => null };
}
