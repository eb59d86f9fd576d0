import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';

import type { GrpcCall } from '../grpc/grpc-call.js';
import { GrpcError } from '../grpc/grpc-status.js';
import type { EventLog } from '../log/event-log.js';
import { EventPage } from './event-page.js';
import type { EventFilter } from './event-filter.js';
import type { ReadFrom, ReadRequest } from './read-request.js';
import { encodeFrame, invalidArgument, streamDeletedStatus } from './shared-messages.js';

/** A place in the log or in a stream that moves on as events are taken from it. */
interface Cursor {
  /** Fills a page from here on; true when the cursor has reached the end. */
  fill(page: EventPage): boolean;
  /** Whether there may be something behind the end by now. */
  hasMore(): boolean;
  /** Adds what a subscriber is told when it has seen everything for the first time. */
  addEnd(page: EventPage): void;
}

/**
 * Serves a subscription: a cursor over the committed log that pulls pages as fast as the client
 * takes them, and sleeps at the end until something is committed. There is no buffer of live
 * events, so a slow subscriber costs no memory and loses nothing, and there is no seam between
 * history and live.
 */
export async function serveSubscription(
  call: GrpcCall,
  log: EventLog,
  request: ReadRequest,
): Promise<void> {
  if (request.backwards) throw invalidArgument('A subscription can only go forwards.');
  const cursor = cursorOf(log, request);
  const committed = new CommitSignal(log, call);
  call.send(confirmationFrame());
  let isCaughtUp = false;
  while (call.isOpen) {
    const page = new EventPage(log.reader, request.resolveLinks);
    const isEnd = cursor.fill(page);
    if (isEnd && !isCaughtUp) {
      isCaughtUp = true;
      cursor.addEnd(page);
    }
    if (!page.isEmpty && !call.send(page.frames())) await call.writable();
    if (!isEnd) await nextTurn();
    else if (!cursor.hasMore()) await committed.wait(() => cursor.hasMore());
  }
}

function cursorOf(log: EventLog, request: ReadRequest): Cursor {
  const { source, filter } = request;
  return source.kind === 'all'
    ? new AllCursor(log, source.from, filter)
    : new StreamCursor(log, source.stream, source.from);
}

/** Wakes a subscription up after commits, and when its call is over. */
class CommitSignal {
  private wake: (() => void) | undefined;

  constructor(
    log: EventLog,
    private readonly call: GrpcCall,
  ) {
    const unfollow = log.follow(() => this.wake?.());
    call.onClose(() => {
      unfollow();
      this.wake?.();
    });
  }

  /** Waits for a commit that concerns the subscription. */
  async wait(concerns: () => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = () => {
        if (!this.call.isOpen || concerns()) resolve();
      };
      this.wake();
    });
    this.wake = undefined;
  }
}

/** Goes through `$all`; positions are exclusive. */
class AllCursor implements Cursor {
  private next: number;
  private sinceCheckpoint = 0;

  constructor(
    private readonly log: EventLog,
    from: ReadFrom,
    private readonly filter: EventFilter | undefined,
  ) {
    if (from === 'end') this.next = log.head + 1;
    else this.next = from === 'start' ? 1 : from + 1;
  }

  fill(page: EventPage): boolean {
    const { filter } = this;
    return this.log.reader.scanAll(this.next, this.log.head, 1, (event) => {
      if (filter?.matches(event) ?? true) page.addEvent(event);
      this.next = event.position + 1;
      if (filter !== undefined) this.countTowardsCheckpoint(page, filter);
      return !page.consider();
    });
  }

  hasMore(): boolean {
    return this.next <= this.log.head;
  }

  addEnd(page: EventPage): void {
    if (this.sinceCheckpoint > 0) this.addCheckpoint(page);
    page.addCaughtUp();
  }

  private countTowardsCheckpoint(page: EventPage, filter: EventFilter): void {
    this.sinceCheckpoint += 1;
    if (this.sinceCheckpoint >= filter.checkpointInterval) this.addCheckpoint(page);
  }

  /** Everything up to here was considered. */
  private addCheckpoint(page: EventPage): void {
    this.sinceCheckpoint = 0;
    page.addCheckpoint(this.next - 1);
  }
}

/** Goes through one stream; revisions are exclusive. The stream need not exist yet. */
class StreamCursor implements Cursor {
  private next: number;

  constructor(
    private readonly log: EventLog,
    private readonly stream: string,
    from: ReadFrom,
  ) {
    if (from === 'end') this.next = log.lastRevision(stream) + 1;
    else this.next = from === 'start' ? 0 : from + 1;
  }

  fill(page: EventPage): boolean {
    if (this.isDeleted()) throw new GrpcError(streamDeletedStatus(this.stream));
    const { reader } = this.log;
    const isEnd = reader.scanStream(this.stream, this.next, 1, Date.now(), (event, revision) => {
      page.addEvent(event);
      this.next = revision + 1;
      return !page.consider();
    });
    // Events that are no longer to be seen do not hold the subscriber back.
    if (isEnd) this.next = Math.max(this.next, this.log.lastRevision(this.stream) + 1);
    return isEnd;
  }

  hasMore(): boolean {
    return this.next <= this.log.lastRevision(this.stream) || this.isDeleted();
  }

  addEnd(page: EventPage): void {
    page.addCaughtUp();
  }

  private isDeleted(): boolean {
    return this.log.reader.visibility(this.stream).kind === 'deleted';
  }
}

function confirmationFrame(): Buffer {
  return encodeFrame((writer) => {
    writer.message(2, (confirmation) => {
      confirmation.string(1, randomUUID());
    });
  });
}
