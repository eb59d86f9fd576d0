import { createHash } from 'node:crypto';
import { storableText } from './row-memory.js';
import { type ReadModelTable } from './table.js';

/** How much of a read model may wait; above it the projection stands still instead. */
export interface DeadLetterLimits {
  readonly keysMax: number;
  readonly eventsMax: number;
}

/** A retry holds all events of a sequence in memory and applies them in one transaction. */
export const deadLetterLimits: DeadLetterLimits = { keysMax: 10_000, eventsMax: 50_000 };

/**
 * No more keys than there are: a fold stops before the first event that cannot be applied. Builds
 * that are being filled fail fast in this way.
 */
export const noMoreKeys: DeadLetterLimits = { ...deadLetterLimits, keysMax: 0 };

interface Content {
  readonly keys: Set<string>;
  events: number;
}

/**
 * The keys of a build under which events wait.
 *
 * A fold adds to a fork, which is joined when its transaction has been committed: one that fails
 * leaves no trace.
 */
export class ParkedKeys {
  readonly limits: DeadLetterLimits;
  readonly #base: ParkedKeys | null;
  readonly #own: Content;

  /** So many `events` wait under `keys`. */
  constructor(
    limits: DeadLetterLimits,
    { keys = [], events = 0 }: { readonly keys?: Iterable<string>; readonly events?: number } = {},
    base: ParkedKeys | null = null,
  ) {
    this.limits = limits;
    this.#base = base;
    this.#own = { keys: new Set(keys), events };
  }

  get size(): number {
    return this.#own.keys.size + (this.#base?.size ?? 0);
  }

  get events(): number {
    return this.#own.events + (this.#base?.events ?? 0);
  }

  has(key: string): boolean {
    return this.#own.keys.has(key) || (this.#base?.has(key) ?? false);
  }

  /** Takes in an event that waits under `keys`; `false`, and nothing, if there is no room left. */
  park(keys: readonly string[]): boolean {
    const added = keys.filter((key) => !this.has(key));
    const { keysMax, eventsMax } = this.limits;
    const isFull = added.length > 0 && this.size + added.length > keysMax;
    if (isFull || this.events >= eventsMax) return false;
    for (const key of added) this.#own.keys.add(key);
    this.#own.events += 1;
    return true;
  }

  /** What waits apart from `events` events under these keys. */
  without(keys: ReadonlySet<string>, events: number): ParkedKeys {
    const left = [...this.#all()].filter((key) => !keys.has(key));
    return new ParkedKeys(this.limits, { keys: left, events: this.events - events });
  }

  *#all(): Iterable<string> {
    if (this.#base !== null) yield* this.#base.#all();
    yield* this.#own.keys;
  }

  fork(): ParkedKeys {
    return new ParkedKeys(this.limits, {}, this);
  }

  /** What was added to this fork is in what it was forked from, too. */
  join(): void {
    const base = this.#base;
    if (base === null) return;
    for (const key of this.#own.keys) base.#own.keys.add(key);
    base.#own.events += this.#own.events;
    this.#own.keys.clear();
    this.#own.events = 0;
  }
}

/** The key of a row as dead letters name it: its values, tenant first, between slashes. */
export function keyOfRow(table: Pick<ReadModelTable, 'key'>, row: object): string {
  const values = row as Readonly<Record<string, unknown>>;
  const parts = table.key.map((name) => encodeURIComponent(String(values[name]).toWellFormed()));
  return shortened(parts.join('/'));
}

/** Where an event waits whose rows nobody can tell. Never the key of a row: those hold no colon. */
export function keyOfStream(stream: string): string {
  return shortened(`stream:${storableText(stream)}`);
}

const keyLengthMax = 400;

/** An index of Postgres holds no long text. */
function shortened(key: string): string {
  if (key.length <= keyLengthMax) return key;
  const hash = createHash('sha256').update(key).digest('base64url');
  return `${key.slice(0, keyLengthMax / 2).toWellFormed()}~${hash}`;
}
