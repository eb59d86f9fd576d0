import { type PoolClient } from 'pg';
import {
  foldStep,
  type HowToWrite,
  type RunningProjection,
  type Step,
  writeChanges,
  WriteRefused,
} from '../apply-batch.js';
import { type Lease } from '../lease.js';
import { type Batch, type LogItem } from '../messages.js';
import { advanceBuilding } from './build-states.js';

/** A piece of the log with an end. */
export interface Stretch extends Batch {
  readonly end: bigint;
  /** How many of its events count for the progress that is shown. */
  readonly seen: number;
}

/**
 * Fills one build, on a connection of its own: what stops it stops no other.
 *
 * The transaction of a stretch is under way while the next one is folded. Both are on one
 * connection, so that the fold reads what the transaction wrote; were it lost, what was folded on
 * top of it is thrown away.
 */
export class BuildFiller {
  /** Its own; at rest after {@link flush}. */
  readonly client: PoolClient;
  readonly #lease: Lease;
  #of: RunningProjection;
  /** The last stretch that was sent and may not be on disk, and where the build stood before it. */
  #underWay: { readonly stretch: Stretch; readonly before: RunningProjection } | null = null;
  #committed: Promise<void> = Promise.resolve();
  #failure: string | null = null;
  /** An event that makes a row is the first of it, until the database says otherwise. */
  #how: HowToWrite = 'new_rows_are_new';

  constructor(client: PoolClient, lease: Lease, of: RunningProjection) {
    this.client = client;
    this.#lease = lease;
    this.#of = of;
  }

  get build(): RunningProjection {
    return this.#of;
  }

  get position(): bigint | null {
    return this.#of.progress.position;
  }

  /** Why it was given up, once it was: then it stands before the event that is named. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Takes a stretch on; resolves before its rows are committed. See {@link flush}. */
  async apply(stretch: Stretch): Promise<void> {
    await this.#orCarefully([stretch], () => this.#take(stretch));
  }

  /** Resolves when everything that was taken on is committed. */
  async flush(): Promise<void> {
    await this.#orCarefully([], () => this.#committed);
  }

  async #take(stretch: Stretch): Promise<void> {
    const step = await this.#fold(stretch);
    await this.#committed;
    this.#underWay = null;
    if (step === null || this.#failure !== null) return;
    await this.#begin();
    this.#committed = this.#write(step, stretch, this.#how);
    // Whoever comes next waits for it; until then its failure is nobody's.
    this.#committed.catch(() => undefined);
    this.#underWay = { stretch, before: this.#of };
    await this.#moveTo(step);
  }

  /** Of two failures the transaction's is the cause: the fold was on top of it. */
  async #fold(stretch: Stretch): Promise<Step | null> {
    try {
      return await foldStep(this.client, this.#of, stretch);
    } catch (error) {
      await this.#committed;
      throw error;
    }
  }

  /** By itself: were it cancelled, what was sent behind it would be no transaction. */
  async #begin(): Promise<void> {
    await this.client.query('begin; set local synchronous_commit = off');
  }

  async #write(step: Step, stretch: Stretch, how?: HowToWrite): Promise<void> {
    const outcomes = await Promise.allSettled([
      ...writeChanges(this.client, step, how),
      advanceBuilding(this.client, this.#lease, step.advance, stretch),
    ]);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    await this.client.query('commit');
  }

  async #moveTo({ advance: { to, failure } }: Step): Promise<void> {
    this.#of = { ...this.#of, progress: to };
    if (failure === null) return;
    await this.#committed;
    this.#failure = failure;
  }

  /**
   * Where the database refuses rows, what led to them is looked for event by event. Rows that were
   * taken for new, and are not, are replaced then.
   */
  async #orCarefully(next: readonly Stretch[], work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof WriteRefused)) throw error;
      this.#how = 'whatever_is_there';
      const undone = this.#underWay;
      if (undone !== null) this.#of = undone.before;
      this.#underWay = null;
      this.#committed = Promise.resolve();
      await this.client.query('rollback');
      for (const stretch of undone === null ? next : [undone.stretch, ...next]) {
        await this.#applyCarefully(stretch);
      }
    }
  }

  async #applyCarefully(stretch: Stretch): Promise<void> {
    if (this.#failure !== null) return;
    try {
      await this.#transact(stretch);
    } catch (error) {
      if (!(error instanceof WriteRefused)) throw error;
      await this.client.query('rollback');
      const [only, ...more] = stretch.items;
      if (only === undefined || more.length === 0) return this.#giveUp(only, error);
      for (const half of halvesOf(stretch)) await this.#applyCarefully(half);
    }
  }

  async #transact(stretch: Stretch): Promise<void> {
    const step = await foldStep(this.client, this.#of, stretch);
    if (step === null) return;
    await this.#begin();
    await this.#write(step, stretch);
    await this.#moveTo(step);
  }

  async #giveUp(item: LogItem | undefined, { cause }: WriteRefused): Promise<void> {
    const { progress } = this.#of;
    const why = cause instanceof Error ? cause.message : String(cause);
    const failure =
      item === undefined ? why : `${item.type} ${item.id} at position ${item.position}: ${why}`;
    const advance = { of: this.#of, from: progress, to: progress, failure };
    await advanceBuilding(this.client, this.#lease, advance, { seen: 0, recordedAt: null });
    this.#failure = failure;
  }
}

function halvesOf({ items, fingerprints, ...stretch }: Stretch): Stretch[] {
  const middle = Math.ceil(items.length / 2);
  const first = { items: items.slice(0, middle), fingerprints: fingerprints.slice(0, middle) };
  const second = { items: items.slice(middle), fingerprints: fingerprints.slice(middle) };
  const end = items[middle - 1]?.position ?? stretch.end;
  return [
    { ...stretch, ...first, end, recordedAt: null },
    { ...stretch, ...second, passedOver: 0, seen: 0 },
  ];
}
