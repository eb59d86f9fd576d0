import { setImmediate as nextTurn } from 'node:timers/promises';

import type { GrpcCall } from '../grpc/grpc-call.js';
import { GrpcError } from '../grpc/grpc-status.js';
import type { EventLog } from '../log/event-log.js';
import { EventPage } from './event-page.js';
import { readReadRequest, type ReadFrom, type ReadRequest } from './read-request.js';
import { encodeFrame, streamDeletedStatus } from './shared-messages.js';
import { serveSubscription } from './subscription.js';

/** Handles `Streams.Read`: reads and subscriptions. */
export function serveRead(log: EventLog): (call: GrpcCall) => void {
  return (call) => {
    call.receiveOne((message) => {
      const request = readReadRequest(message);
      const served =
        request.count === undefined
          ? serveSubscription(call, log, request)
          : serveEvents(call, log, request, request.count);
      served.catch((error: unknown) => {
        call.fail(error);
      });
    });
  };
}

/**
 * Sends the events that are there now, a page at a time and no faster than the client takes them.
 */
async function serveEvents(
  call: GrpcCall,
  log: EventLog,
  request: ReadRequest,
  count: number,
): Promise<void> {
  const source =
    request.source.kind === 'all' ? allSource(log, request) : streamSource(log, request);
  if (source === undefined) {
    call.send(
      streamNotFoundFrame(request.source.kind === 'stream' ? request.source.stream : '$all'),
    );
    call.finish();
    return;
  }
  let missing = count;
  while (call.isOpen && missing > 0) {
    const page = new EventPage(log.reader, request.resolveLinks);
    const isEnd = source(page, missing);
    missing -= page.eventCount;
    if (!page.isEmpty && !call.send(page.frames())) await call.writable();
    else if (!isEnd) await nextTurn();
    if (isEnd) break;
  }
  call.finish();
}

/** Fills a page with at most `limit` events; true when there is nothing left to read. */
type PageSource = (page: EventPage, limit: number) => boolean;

function allSource(log: EventLog, request: ReadRequest): PageSource {
  const { filter, backwards, source } = request;
  const { head } = log;
  const step = backwards ? -1 : 1;
  let next = backwards ? beforePosition(source.from, head) : atOrAfterPosition(source.from, head);
  return (page, limit) => {
    return log.reader.scanAll(next, head, step, (event) => {
      if (filter?.matches(event) ?? true) page.addEvent(event);
      next = event.position + step;
      return !page.consider() && page.eventCount < limit;
    });
  };
}

/** Forwards a position is where reading begins … */
function atOrAfterPosition(from: ReadFrom, head: number): number {
  if (from === 'end') return head + 1;
  return from === 'start' ? 1 : Math.max(1, from);
}

/** … backwards it lies behind the first event that is read, as on EventStoreDB. */
function beforePosition(from: ReadFrom, head: number): number {
  if (from === 'end') return head;
  return from === 'start' ? 0 : Math.min(from - 1, head);
}

/** Undefined if there is no such stream. */
function streamSource(log: EventLog, request: ReadRequest): PageSource | undefined {
  const { source, backwards } = request;
  if (source.kind !== 'stream') return undefined;
  const { stream } = source;
  const visibility = log.reader.visibility(stream);
  if (visibility.kind === 'deleted') throw new GrpcError(streamDeletedStatus(stream));
  if (visibility.kind === 'not_found') return undefined;
  const { last } = visibility;
  const now = Date.now();
  const step = backwards ? -1 : 1;
  let next = backwards
    ? Math.min(firstRevision(source.from, last), last)
    : firstRevision(source.from, last);
  return (page, limit) => {
    if (next > last) return true;
    return log.reader.scanStream(stream, next, step, now, (event, revision) => {
      page.addEvent(event);
      next = revision + step;
      return !page.consider() && page.eventCount < limit && next <= last;
    });
  };
}

function firstRevision(from: ReadFrom, last: number): number {
  if (from === 'start') return 0;
  return from === 'end' ? last + 1 : Math.min(from, last + 1);
}

function streamNotFoundFrame(stream: string): Buffer {
  return encodeFrame((writer) => {
    writer.message(4, (notFound) => {
      notFound.message(1, (identifier) => {
        identifier.string(3, stream);
      });
    });
  });
}
