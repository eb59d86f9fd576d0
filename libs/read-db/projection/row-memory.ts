import { parseJson } from '#libs/kernel';
import { type Touch } from './projection.js';
import { type Column, type ReadModelTable } from './table.js';

type StoredRow = Readonly<Record<string, unknown>>;

/** What became of the rows of a batch. */
export interface RowChanges {
  /** Rows that were not there, or that no event before can have made. */
  readonly inserts: readonly object[];
  readonly upserts: readonly object[];
  readonly removals: readonly object[];
}

/** The rows that are there after a batch, new or not. */
export function allRows({ inserts, upserts }: Omit<RowChanges, 'removals'>): readonly object[] {
  return [...inserts, ...upserts];
}

interface Entry {
  readonly key: object;
  readonly row: StoredRow | null;
  /** Whether the table has no such row, as far as is known. */
  readonly isNew: boolean;
}

/**
 * The rows that a batch touches, while it is folded.
 *
 * Knows three things of a row: not asked for yet, known to be absent (`null`), or its value.
 */
export class RowMemory {
  readonly #rows = new Map<string, Entry>();
  readonly #changed = new Set<string>();
  /** Of each key that an event brought, asked for three times and dear to put together. */
  readonly #ids = new Map<object, string>();
  readonly #table: ReadModelTable;
  readonly #columns: readonly [string, Column<unknown>][];

  constructor(table: ReadModelTable) {
    this.#table = table;
    this.#columns = Object.entries(table.columns);
  }

  /** The keys among `touches` whose rows must be loaded before these can be applied. */
  missing(touches: Iterable<Touch>): object[] {
    const wanted = new Map<string, object>();
    const made = new Set<string>();
    for (const touch of touches) {
      const id = this.#id(touch.key);
      if (this.#rows.has(id) || made.has(id)) continue;
      if (touch.loads) wanted.set(id, touch.key);
      else made.add(id);
    }
    return [...wanted.values()];
  }

  /** Takes in what `keys` led to. */
  load(keys: readonly object[], rows: readonly StoredRow[]): void {
    for (const key of keys) this.#rows.set(this.#id(key), { key, row: null, isNew: true });
    for (const row of rows) this.#rows.set(this.#putTogether(row), { key: row, row, isNew: false });
  }

  #apply(touch: Touch): void {
    const id = this.#id(touch.key);
    const entry = this.#rows.get(id);
    const before = entry?.row ?? undefined;
    const after = touch.change(before) as StoredRow | null | undefined;
    if (after === undefined || after === before) return;
    const row = after === null ? null : this.#canonical(after);
    // What is removed without a look at it was there before.
    this.#rows.set(id, { key: touch.key, row, isNew: entry?.isNew ?? row !== null });
    this.#changed.add(id);
  }

  /** What an event does to the rows it concerns: all of it, or nothing if any of it throws. */
  applyAll(touches: readonly Touch[]): void {
    const [first] = touches;
    if (first !== undefined && touches.length === 1) {
      this.#apply(first);
      return;
    }
    const undo = touches.map((touch) => this.#undoFor(this.#id(touch.key)));
    try {
      for (const touch of touches) this.#apply(touch);
    } catch (error) {
      for (const each of undo) each();
      throw error;
    }
  }

  changes(): RowChanges {
    const inserts: object[] = [];
    const upserts: object[] = [];
    const removals: object[] = [];
    for (const id of this.#changed) {
      const entry = this.#rows.get(id);
      if (entry === undefined) continue;
      if (entry.row === null) removals.push(entry.key);
      else (entry.isNew ? inserts : upserts).push(entry.row);
    }
    return { inserts, upserts, removals };
  }

  /** Every row known to exist. */
  rows(): StoredRow[] {
    return [...this.#rows.values()].flatMap(({ row }) => (row === null ? [] : [row]));
  }

  #undoFor(id: string): () => void {
    const before = this.#rows.get(id);
    const wasChanged = this.#changed.has(id);
    return () => {
      if (before === undefined) this.#rows.delete(id);
      else this.#rows.set(id, before);
      if (!wasChanged) this.#changed.delete(id);
    };
  }

  #id(key: object): string {
    let id = this.#ids.get(key);
    if (id === undefined) this.#ids.set(key, (id = this.#putTogether(key)));
    return id;
  }

  #putTogether(key: object): string {
    let id = '';
    for (const name of this.#table.key) id += `${String((key as StoredRow)[name])}\u0000`;
    return id;
  }

  /** As the row would come back from Postgres, so that the size of a batch changes nothing. */
  #canonical(row: StoredRow): StoredRow {
    let canonical = row as Record<string, unknown>;
    for (const [name, { sql }] of this.#columns) {
      const value = canonicalValue(sql, row[name]);
      if (value === row[name]) continue;
      if (canonical === row) canonical = { ...row };
      canonical[name] = value;
    }
    return canonical;
  }
}

function canonicalValue(sql: string, value: unknown): unknown {
  if (value === null) return null;
  if (sql === 'jsonb') return parseJson(JSON.stringify(value, (_, each) => storableJson(each)));
  if (sql === 'timestamptz') return canonicalInstant(value as string);
  if (Array.isArray(value)) return value.every(isStorable) ? value : value.map(storable);
  return storable(value);
}

function canonicalInstant(value: string): string {
  const already = value.length === 24 && value.endsWith('Z');
  return already ? value : new Date(value).toISOString();
}

/** Postgres' text holds neither NUL nor half a character; a caller may have sent both. */
function isStorable(value: unknown): boolean {
  return typeof value !== 'string' || (value.isWellFormed() && !value.includes('\0'));
}

/** Names are as likely a caller's as values are. */
function storableJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return storable(value);
  if (Object.keys(value).every(isStorable)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [storableText(name), each]),
  );
}

function storable(value: unknown): unknown {
  return typeof value === 'string' ? storableText(value) : value;
}

/** The text as Postgres can hold it. */
export function storableText(value: string): string {
  return isStorable(value) ? value : value.toWellFormed().replaceAll('\0', '\ufffd');
}
