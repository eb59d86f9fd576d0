import { setTimeout as pause } from 'node:timers/promises';
import { type ClientBase } from 'pg';
import {
  foldStep,
  type RunningProjection,
  type Step,
  toBatch,
  writeChanges,
  WriteRefused,
} from './apply-batch.js';
import { allDone } from './all-done.js';
import { stepByHalves } from './apply-by-halves.js';
import { type Advance, advance } from './checkpoints.js';
import { handleDeadLetterRequests } from './dead-letter-requests.js';
import { reasonOf, sayWhy } from './dead-letter-store.js';
import { batchSizeMaxOf, type SessionOptions } from './engine-options.js';
import { HeldBack, isUnhurried } from './held-back.js';
import { type LiveBuilds } from './live-builds.js';
import { type IntakeBuffer } from './intake-buffer.js';
import { type Lease, renewLease } from './lease.js';
import { type Batch, type ProjectionMessage } from './messages.js';
import { type Projection } from './projection.js';

/**
 * From so many messages a second on transactions are rarer. A rate, not the size of a batch: one
 * stall would make a large batch, and rarer transactions make large ones for ever.
 */
const busyFromPerSecond = 800;
/** How often requests are looked for. */
const requestPollMs = 1_000;
/** How often it is looked whether what is held back has to wait any longer. */
const heldPollMs = 100;

/** Whom a batch is for. */
type Whom = (projection: Projection) => boolean;

const everybody: Whom = () => true;
const hurried: Whom = (projection) => !isUnhurried(projection);

/** Applies the log to the builds of one session, on its connection, batch by batch. */
export class LiveEngine {
  readonly #options: SessionOptions;
  readonly #client: ClientBase;
  readonly #lease: Lease;
  readonly #builds: LiveBuilds;
  readonly #heldBack: HeldBack;
  #running: readonly RunningProjection[];
  /** Those that stand still. Their dead letters can be retried, which may make room. */
  #stopped: readonly RunningProjection[] = [];
  #requestsDueAt = 0;

  constructor(options: SessionOptions, client: ClientBase, lease: Lease, builds: LiveBuilds) {
    this.#options = options;
    this.#client = client;
    this.#lease = lease;
    this.#builds = builds;
    this.#heldBack = new HeldBack(options.projections, options.burst);
    this.#running = builds.running;
  }

  /** Where the one that is furthest behind stands. */
  position(): bigint | null {
    let lowest: bigint | null | undefined;
    for (const { progress } of this.#running) {
      if (progress.position === null) return null;
      if (lowest === undefined || lowest === null || progress.position < lowest) {
        lowest = progress.position;
      }
    }
    return lowest ?? null;
  }

  /** Until the signal, or until there are other builds to apply, or one that stood still. */
  async follow(intake: IntakeBuffer<ProjectionMessage>, onSuccess: () => void): Promise<void> {
    const { signal, batchIntervalMs = 25 } = this.#options;
    const stop = () => {
      intake.wake();
    };
    signal.addEventListener('abort', stop);
    this.#builds.onChange(stop);
    let takenAt = performance.now();
    try {
      while (!signal.aborted && !(await this.#hasMoreBuilds())) {
        const messages = await intake.take(this.#patienceMs());
        const gatheredMs = performance.now() - takenAt;
        takenAt += gatheredMs;
        await this.#show(messages);
        const isGoingOn = await this.#handleRequests();
        onSuccess();
        if (isGoingOn) return;
        const busy = messages.length >= (busyFromPerSecond / 1_000) * gatheredMs;
        const intervalMs = batchIntervalMs * (busy ? 4 : 1);
        const restMs = intervalMs - (performance.now() - takenAt);
        if (restMs > 1) await pause(restMs);
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Whether a build has come that this session does not apply; those that went are let go. */
  async #hasMoreBuilds(): Promise<boolean> {
    const change = await this.#builds.look();
    if (change === null) return false;
    this.#running = this.#running.filter(change.isLive);
    this.#stopped = this.#stopped.filter(change.isLive);
    return change.hasMore;
  }

  /** Whether one that stood still may go on, from where it stood. */
  async #handleRequests(): Promise<boolean> {
    const { reread } = this.#options;
    if (reread === undefined || performance.now() < this.#requestsDueAt) return false;
    const parts = { client: this.#client, lease: this.#lease, reread };
    const running = this.#running.length;
    const builds = await handleDeadLetterRequests(parts, [...this.#running, ...this.#stopped]);
    this.#running = builds.slice(0, running);
    this.#requestsDueAt = performance.now() + requestPollMs;
    return this.#stopped.some((each, index) => each !== builds[running + index]);
  }

  /** How long may be waited for messages. */
  #patienceMs(): number {
    if (this.#heldBack.isEmpty) return requestPollMs;
    return this.#heldBack.isDue ? 0 : heldPollMs;
  }

  /** Unhurried projections are shown later what may wait, and nobody else waits with them. */
  async #show(messages: readonly ProjectionMessage[]): Promise<void> {
    this.#heldBack.put(messages);
    const due = this.#heldBack.take(batchSizeMaxOf(this.#options));
    if (due === messages) {
      await this.#apply(toBatch(messages), everybody);
      return;
    }
    await this.#apply(toBatch(messages), hurried);
    if (due.length > 0) await this.#apply(toBatch(due), isUnhurried);
  }

  async #apply(batch: Batch, whom: Whom): Promise<void> {
    const { end, items } = batch;
    try {
      if (end === null || !(await this.#transact({ ...batch, end }, whom))) {
        await renewLease(this.#client, this.#lease);
        return;
      }
    } catch (error) {
      if (!(error instanceof WriteRefused) || end === null) throw error;
      await this.#client.query('rollback');
      await this.#stepAround(error, { ...batch, end });
      return this.#apply(batch, whom);
    }
    this.#options.report({ kind: 'applied', events: items.length, position: end });
  }

  /** Whether any projection had a step to make. */
  async #transact(batch: Batch & { readonly end: bigint }, whom: Whom): Promise<boolean> {
    const steps: Step[] = [];
    for (const each of this.#running.filter(({ projection }) => whom(projection))) {
      const step = await foldStep(this.#client, each, batch);
      if (step !== null) steps.push(step);
    }
    if (steps.length === 0) return false;
    const advances = steps.map((step) => step.advance);
    // Not waited for on disk: rows and checkpoint are lost together, and then read from the log
    // again. By itself: were it cancelled, what was sent behind it would be no transaction.
    await this.#client.query('begin; set local synchronous_commit = off');
    await allDone([
      ...steps.flatMap((step) => writeChanges(this.#client, step)),
      advance(this.#client, this.#lease, advances, batch),
    ]);
    await this.#client.query('commit');
    this.#take(steps);
    return true;
  }

  /**
   * Leaves the events out whose rows are refused; stops the projection if it is no event's fault.
   */
  async #stepAround(refused: WriteRefused, batch: Batch & { readonly end: bigint }): Promise<void> {
    if (!refused.isOfData) return this.#refuse(refused);
    try {
      this.#take([await stepByHalves(this.#client, this.#lease, refused.of, batch)]);
    } catch (error) {
      if (!(error instanceof WriteRefused)) throw error;
      await this.#client.query('rollback');
      await this.#refuse(error);
    }
  }

  async #refuse({ of, cause }: WriteRefused): Promise<void> {
    const stopped = { of, from: of.progress, to: of.progress, failure: reasonOf(cause) };
    await advance(this.#client, this.#lease, [stopped]);
    this.#moveTo([stopped]);
  }

  /** What was committed is how things are now. */
  #take(steps: readonly Step[]): void {
    for (const { of, letters, waiting } of steps) {
      waiting.join();
      const poison = letters.find((letter) => letter.reason !== null);
      if (poison === undefined) continue;
      const reason = sayWhy(poison.item, poison.reason);
      this.#options.report({ kind: 'parked', name: of.name, events: letters.length, reason });
    }
    this.#moveTo(steps.map((step) => step.advance));
  }

  #moveTo(advances: readonly Advance[]): void {
    for (const { of, failure } of advances) {
      if (failure === null) continue;
      this.#options.report({ kind: 'projection_stopped', name: of.name, reason: failure });
    }
    const stopped: RunningProjection[] = [];
    this.#running = this.#running.flatMap((each) => {
      const step = advances.find(({ of }) => of === each);
      if (step === undefined) return [each];
      const moved = { ...each, progress: step.to };
      if (step.failure === null) return [moved];
      stopped.push(moved);
      return [];
    });
    this.#stopped = [...this.#stopped, ...stopped];
  }
}
