import { constants } from 'node:os';

import { ProtoWriter } from '../wire/proto-writer.js';
import type { EventDatabase } from './database.js';
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
 * Failures of a commit after which the next one may succeed. LMDB has then abandoned the
 * transaction before its meta page, so the files are as they were; it reports a write that was cut
 * short by a full disk as EIO. Had the meta page itself failed, LMDB would refuse everything from
 * then on.
 */
const { EDQUOT, EFBIG, EIO, ENOSPC } = constants.errno;
const MDB_MAP_FULL = -30_792;
const PASSING_ERRORS = new Set<unknown>([ENOSPC, EDQUOT, EFBIG, EIO, MDB_MAP_FULL]);

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
  private failure: string | undefined;
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
      request.settle({ kind: 'refused', reason: this.failure });
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
      if (!batch.isEmpty) await batch.commit();
    } catch (error) {
      await this.refuse(writes, error);
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

  private async refuse(writes: readonly SettledWrite[], thrown: unknown): Promise<void> {
    const error = await commitError(thrown);
    const isPassing = 'code' in error && PASSING_ERRORS.has(error.code);
    const reason = isPassing
      ? `The disk is full or fails (${error.message}): nothing was written. Free space and try again.`
      : `The event store can no longer write (${error.message}): nothing was acknowledged.`;
    if (!isPassing) this.failure = reason;
    for (const { request } of writes) request.settle({ kind: 'refused', reason });
    if (!isPassing) this.onFatal(error);
  }
}

function callAll(listeners: (() => void)[]): void {
  for (const listener of listeners.splice(0)) listener();
}

/** lmdb-js rejects a commit with an error whose cause follows in a promise of its own. */
async function commitError(thrown: unknown): Promise<Error> {
  if (!(thrown instanceof Error)) return new Error(String(thrown));
  if (!('commitError' in thrown) || !(thrown.commitError instanceof Promise)) return thrown;
  return thrown.commitError.then(
    () => thrown,
    (cause: unknown) => (cause instanceof Error ? cause : thrown),
  );
}
