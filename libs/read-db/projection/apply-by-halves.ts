import { type ClientBase } from 'pg';
import { allDone } from './all-done.js';
import {
  advanceTo,
  concernsOf,
  describeFailure,
  rowLoader,
  type RunningProjection,
  type Step,
  writeRows,
  WriteRefused,
} from './apply-batch.js';
import { advance } from './checkpoints.js';
import { type ParkedKeys } from './dead-letter-keys.js';
import { copySkipped, insertLetters, lettersOf, type NewDeadLetter } from './dead-letter-store.js';
import { fingerprintOf } from './digest.js';
import { foldBatch, keysOf, touchesOf } from './fold-batch.js';
import { type Lease } from './lease.js';
import { type Batch, type LogItem } from './messages.js';

/** Events in one transaction, so that it ends well within the lease although all are refused. */
const pieceMax = 100;

/**
 * Takes a step, in a transaction of its own, with a projection whose rows of this batch the
 * database refused: events whose rows it refuses go to the dead letters, with all that has to wait
 * for them. The step may end before the batch does.
 *
 * Rejects with {@link WriteRefused} where the refusal is no event's fault.
 */
export async function stepByHalves(
  client: ClientBase,
  lease: Lease,
  of: RunningProjection,
  batch: Batch & { readonly end: bigint },
): Promise<Step> {
  const { concerns, skipped: given } = concernsOf(of, batch.items);
  const items = concerns.slice(0, pieceMax).map((index) => batch.items[index] as LogItem);
  await client.query('begin');
  const halving = new Halving(client, of, of.leftOut.waiting.fork());
  await halving.apply(items);
  const isWhole = halving.failure === null && items.length === concerns.length;
  const end = isWhole ? batch.end : (halving.done.at(-1)?.position ?? null);
  const skipped = given.filter((position) => end !== null && position <= end);
  const { letters, waiting } = halving;
  if (letters.length > 0) await insertLetters(client, of, letters);
  if (skipped.length > 0) await copySkipped(client, of, skipped);
  const advanced = advanceTo(of, halving.fingerprints(), end, halving.failure);
  await advance(client, lease, [advanced]);
  await client.query('commit');
  return {
    of,
    advance: advanced,
    changes: { inserts: [], upserts: [], removals: [] },
    letters,
    skipped,
    waiting,
  };
}

/**
 * Applies events inside a transaction that is open, each part behind a savepoint: a part that is
 * refused is undone and tried in halves, down to the events whose rows the database will not take.
 */
export class Halving {
  /** The events that went to the dead letters. */
  readonly letters: NewDeadLetter[] = [];
  /** The events that were applied or parked, in order. */
  readonly done: LogItem[] = [];
  readonly waiting: ParkedKeys;
  /** How often the database refused a single event. */
  refusals = 0;
  /** Why nothing more is applied; `null` while all is well. */
  failure: string | null = null;

  readonly #client: ClientBase;
  readonly #of: RunningProjection;

  constructor(client: ClientBase, of: RunningProjection, waiting: ParkedKeys) {
    this.#client = client;
    this.#of = of;
    this.waiting = waiting;
  }

  /** Applies the next events; stops before one that can be neither applied nor parked. */
  async apply(items: readonly LogItem[]): Promise<void> {
    if (items.length === 0 || this.failure !== null) return;
    await this.#client.query('savepoint part');
    try {
      await this.#attempt(items);
    } catch (error) {
      if (!(error instanceof WriteRefused) || !error.isOfData) throw error;
      await this.#client.query('rollback to savepoint part; release savepoint part');
      await this.#narrowDown(items, error);
    }
  }

  /** Of the events that were applied, in the digest's form. */
  fingerprints(): Uint32Array[] {
    const parked = new Set(this.letters.map(({ item }) => item));
    return this.done.filter((item) => !parked.has(item)).map(({ id }) => fingerprintOf(id));
  }

  async #attempt(items: readonly LogItem[]): Promise<void> {
    const [client, of, waiting] = [this.#client, this.#of, this.waiting.fork()];
    const folded = await foldBatch(of.projection, items, rowLoader(client, of), waiting);
    await allDone(writeRows(client, of, folded.changes));
    await client.query('release savepoint part');
    waiting.join();
    this.letters.push(...lettersOf(items, folded.parked));
    this.done.push(...items.slice(0, folded.folded));
    const next = items[folded.folded];
    if (next !== undefined) this.failure = describeFailure(waiting, next, folded.failure);
  }

  async #narrowDown(items: readonly LogItem[], { cause }: WriteRefused): Promise<void> {
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      this.#park(only, cause);
      return;
    }
    const middle = Math.ceil(items.length / 2);
    await this.apply(items.slice(0, middle));
    await this.apply(items.slice(middle));
  }

  #park(item: LogItem, cause: unknown): void {
    const { projection } = this.#of;
    const touches = 'error' in item ? [] : touchesOf(projection, item);
    const keys = keysOf(projection, touches, item.stream, this.waiting);
    if (!this.waiting.park(keys)) {
      this.failure = describeFailure(this.waiting, item, cause);
      return;
    }
    this.refusals += 1;
    this.letters.push(...lettersOf([item], [{ index: 0, keys, cause }]));
    this.done.push(item);
  }
}
