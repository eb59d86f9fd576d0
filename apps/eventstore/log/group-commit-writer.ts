import { ProtoWriter } from '../wire/proto-writer.js';
import { causeOf, failedOutcome, mayPass, refusedFrom } from './commit-failure.js';
import { environmentFailure, type EventDatabase } from './database.js';
import { settledWithin } from './settled-within.js';
import type { StoredEvent } from './stored-event.js';
import type { StreamStates } from './stream-states.js';
import { TwoGenerationCache } from './two-generation-cache.js';
import { WriteBatch, type BatchContext } from './write-batch.js';
import type { WriteOutcome, WriteRequest } from './write-request.js';

/** About a minute at 1,000 events a second: what EventStoreDB remembers for retries with "any". */
const RECENT_IDS_MAX = 60_000;
const BATCH_REQUESTS_MAX = 512;
const BATCH_BYTES_MAX = 8 * 1024 * 1024;
const SLAB_BYTES = BATCH_BYTES_MAX / 4;
/** Above this many waiting bytes callers should stop reading from their clients. */
const QUEUED_BYTES_HIGH = 32 * 1024 * 1024;
/**
 * Longer than any disk takes that is merely slow. A commit may also never end: lmdb-js leaves it
 * unsettled when LMDB would not begin it.
 */
const COMMIT_SECONDS_MAX = 30;

/**
 * A commit costs some 300 µs of processor time however small it is. While many callers are busy, a
 * batch therefore waits until as many are back as were seen at once, a millisecond for each that is
 * missing, up to this long. A caller that waits for each answer before it sends the next is never
 * held up.
 */
const GATHER_MS_MAX = 4;
/**
 * Fewer callers leave room for a commit each time: to wait for them would be felt, a fifth of the
 * median at half of what intake can take, and save nothing that is needed.
 */
const GATHER_CALLERS_MIN = 16;
/**
 * Enough to make the cost of a commit small; while they are synced, the other callers are heard.
 */
const GATHER_REQUESTS_MAX = 32;

interface SettledWrite {
  readonly request: WriteRequest;
  readonly outcome: WriteOutcome;
}

/**
 * The only writer of the log. Writes wait in a queue; while one batch is being synced to disk the
 * next one gathers, so one `fdatasync` serves all writes that arrived meanwhile.
 *
 * Decisions are taken when a batch is put together, on committed state plus the batch itself: a
 * batch that fails is forgotten without a trace.
 */
export class GroupCommitWriter {
  private queue: WriteRequest[] = [];
  /** How many callers were seen at once: those served last, and those that came meanwhile. */
  private callersSeen = 0;
  private onGathered: (() => void) | undefined;
  private queuedBytes = 0;
  private running = false;
  /** Why no write is taken any more. */
  private failure: Error | undefined;
  private readonly whenIdle: (() => void)[] = [];
  private readonly whenReady: (() => void)[] = [];
  private readonly context: BatchContext;
  /** What the next batch is written to. */
  private slab = new ProtoWriter(SLAB_BYTES);
  /** Holds the last committed batch, so that followers of the log need not read it back. */
  private committedSlab = new ProtoWriter(SLAB_BYTES);

  constructor(
    database: EventDatabase,
    states: StreamStates,
    /** Position of the last committed event; 0 for an empty log. */
    private head: number,
    private readonly onCommit: (events: readonly StoredEvent[]) => void,
    /** The files can no longer be trusted to take writes. */
    private readonly onFatal: (error: Error) => void,
  ) {
    this.context = {
      database,
      states,
      recentIds: new TwoGenerationCache(RECENT_IDS_MAX),
    };
  }

  /** True while so much waits that callers should read no further requests. */
  get isFull(): boolean {
    return this.queuedBytes > QUEUED_BYTES_HIGH;
  }

  submit(request: WriteRequest): void {
    if (this.failure !== undefined) {
      request.settle(refusedFrom(this.failure));
      return;
    }
    this.queue.push(request);
    if (request.kind === 'append') this.queuedBytes += request.byteCount;
    if (this.running) {
      if (this.missingCallers <= 0) this.onGathered?.();
      return;
    }
    this.running = true;
    // Let everything that arrived in this turn of the event loop join the first batch.
    setImmediate(() => void this.run());
  }

  /** Resolves when nothing waits and nothing is under way. */
  async idle(): Promise<void> {
    if (!this.running) return;
    await new Promise<void>((resolve) => this.whenIdle.push(resolve));
  }

  /** Resolves when no longer {@link isFull}. */
  async ready(): Promise<void> {
    if (!this.isFull) return;
    await new Promise<void>((resolve) => this.whenReady.push(resolve));
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      if (this.missingCallers > 0) await this.gather();
      await this.runBatch();
      if (!this.isFull) callAll(this.whenReady);
    }
    this.running = false;
    callAll(this.whenIdle);
  }

  private get missingCallers(): number {
    if (this.callersSeen < GATHER_CALLERS_MIN) return 0;
    return Math.min(this.callersSeen, GATHER_REQUESTS_MAX) - this.queue.length;
  }

  private gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.min(this.missingCallers, GATHER_MS_MAX));
      this.onGathered = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async runBatch(): Promise<void> {
    const batch = new WriteBatch(this.context, this.slab, this.head, Date.now());
    const writes = this.fill(batch);
    try {
      if (!batch.isEmpty) await settledWithin(commit(batch), COMMIT_SECONDS_MAX);
    } catch (error) {
      this.fail(writes, error as Error);
      return;
    }
    if (!batch.isEmpty) {
      this.head = batch.newHead;
      [this.slab, this.committedSlab] = [this.committedSlab, this.slab];
      this.onCommit(batch.events());
    }
    // Before anybody is answered: who then comes back is no further caller.
    this.callersSeen = writes.length + this.queue.length;
    for (const { request, outcome } of writes) request.settle(outcome);
  }

  private fill(batch: WriteBatch): SettledWrite[] {
    const writes: SettledWrite[] = [];
    const now = Date.now();
    let taken = 0;
    for (const request of this.queue) {
      if (taken === BATCH_REQUESTS_MAX || batch.byteCount >= BATCH_BYTES_MAX) break;
      taken += 1;
      if (request.kind === 'append') this.queuedBytes -= request.byteCount;
      const expired = request.deadline <= now;
      writes.push({ request, outcome: expired ? { kind: 'timed_out' } : batch.add(request) });
    }
    this.queue = this.queue.slice(taken);
    return writes;
  }

  /**
   * Asks LMDB before anybody is answered: only while it goes on is it certain that nothing was
   * written, and only then may another batch begin.
   */
  private fail(writes: readonly SettledWrite[], error: Error): void {
    const failure = mayPass(error) ? (environmentFailure(this.context.database) ?? error) : error;
    const outcome = failedOutcome(failure);
    for (const { request } of writes) request.settle(outcome);
    if (!mayPass(failure)) this.giveUp(failure);
  }

  /** Nothing is begun any more: LMDB may still be reading what the last batch was written to. */
  private giveUp(failure: Error): void {
    this.failure = failure;
    const outcome = refusedFrom(failure);
    for (const request of this.queue.splice(0)) request.settle(outcome);
    this.queuedBytes = 0;
    this.onFatal(failure);
  }
}

function callAll(listeners: (() => void)[]): void {
  for (const listener of listeners.splice(0)) listener();
}

/** Rejects with the cause, for which lmdb-js makes one wait. */
async function commit(batch: WriteBatch): Promise<void> {
  await batch.commit().catch(async (thrown: unknown) => {
    throw await causeOf(thrown);
  });
}
