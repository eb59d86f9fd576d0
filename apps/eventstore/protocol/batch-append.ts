import type { GrpcCall } from '../grpc/grpc-call.js';
import { GrpcError } from '../grpc/grpc-status.js';
import type { EventLog } from '../log/event-log.js';
import type { ProposedEvent } from '../log/stored-event.js';
import type { WriteOutcome } from '../log/write-request.js';
import { ProtoWriter } from '../wire/proto-writer.js';
import {
  readBatchAppendRequest,
  readBatchEvents,
  writeBatchAppendError,
  writeBatchAppendSuccess,
  type AppendError,
  type BatchAppendRequest,
} from './batch-append-messages.js';
import { APPEND_BYTES_MAX, appendedBytes } from './proposed-event.js';
import { readWriteOptions, writeFrame, type WriteOptions } from './shared-messages.js';

/** Large appends that one call may have begun without finishing them. */
const UNFINISHED_APPENDS_MAX = 1_024;
const TIMER_MS_MAX = 2 ** 31 - 1;
const ALL_STREAM = '$all';

interface UnfinishedAppend extends WriteOptions {
  readonly correlationId: Buffer;
  readonly events: ProposedEvent[];
  byteCount: number;
  timer?: NodeJS.Timeout;
}

/**
 * Serves `Streams.BatchAppend`: any number of appends over one call, answered in the order they
 * become durable.
 *
 * No correlation id is ever answered twice: an append leaves {@link unfinished} when it is answered
 * or handed to the log, the log settles each write once, and an id that is still under way is not
 * taken again. Answers of one commit leave in one write.
 */
class BatchAppendCall {
  private readonly unfinished = new Map<string, UnfinishedAppend>();
  private readonly underWay = new Set<string>();
  private readonly answers = new ProtoWriter();
  private ended = false;

  constructor(
    private readonly call: GrpcCall,
    private readonly log: EventLog,
  ) {
    call.onClose(() => {
      for (const append of this.unfinished.values()) clearTimeout(append.timer);
      this.unfinished.clear();
    });
  }

  receive(message: Buffer): void {
    const request = readBatchAppendRequest(message);
    const key = request.correlationId.toString('latin1');
    try {
      this.take(key, request);
    } catch (error) {
      if (!(error instanceof GrpcError)) throw error;
      this.refuse(key, request.correlationId, '', {
        kind: 'bad_request',
        message: error.message,
      });
    }
    if (this.log.isBusy) this.waitForLog();
  }

  end(): void {
    this.ended = true;
    this.finishIfDone();
  }

  private take(key: string, request: BatchAppendRequest): void {
    const append =
      request.options === undefined ? this.unfinished.get(key) : this.begin(key, request);
    if (append === undefined) return;
    const events = readBatchEvents(request.proposed);
    for (const event of events) append.byteCount += appendedBytes(event);
    append.events.push(...events);
    if (append.byteCount > APPEND_BYTES_MAX) {
      this.refuse(key, append.correlationId, append.stream, { kind: 'append_too_large' });
    } else if (request.isFinal) {
      this.submit(key, append);
    } else if (!this.unfinished.has(key)) {
      this.keep(key, append);
    }
  }

  /** Checks in EventStoreDB's order; undefined if the append is answered or ignored already. */
  private begin(key: string, request: BatchAppendRequest): UnfinishedAppend | undefined {
    if (request.options === undefined || this.isKnown(key)) return undefined;
    const options = readWriteOptions(request.options);
    const { correlationId } = request;
    if (options.stream === ALL_STREAM) {
      this.refuse(key, correlationId, options.stream, { kind: 'access_denied' });
      return undefined;
    }
    if (options.deadline <= Date.now()) {
      this.refuse(key, correlationId, options.stream, { kind: 'timeout' });
      return undefined;
    }
    return { ...options, correlationId, events: [], byteCount: 0 };
  }

  private isKnown(key: string): boolean {
    return this.underWay.has(key) || this.unfinished.has(key);
  }

  private keep(key: string, append: UnfinishedAppend): void {
    if (this.unfinished.size >= UNFINISHED_APPENDS_MAX) {
      this.refuse(key, append.correlationId, append.stream, {
        kind: 'bad_request',
        message: `More than ${UNFINISHED_APPENDS_MAX} appends are unfinished on this call.`,
      });
      return;
    }
    this.unfinished.set(key, append);
    append.timer = setTimeout(
      () => {
        this.refuse(key, append.correlationId, append.stream, { kind: 'timeout' });
      },
      Math.min(append.deadline - Date.now(), TIMER_MS_MAX),
    );
  }

  private submit(key: string, append: UnfinishedAppend): void {
    clearTimeout(append.timer);
    this.unfinished.delete(key);
    this.underWay.add(key);
    this.log.submit({
      kind: 'append',
      stream: append.stream,
      expected: append.expected,
      events: append.events,
      byteCount: append.byteCount,
      deadline: append.deadline,
      settle: (outcome) => {
        this.underWay.delete(key);
        this.answer(append, outcome);
        this.finishIfDone();
      },
    });
  }

  private answer(append: UnfinishedAppend, outcome: WriteOutcome): void {
    const { correlationId, stream } = append;
    this.reply((writer) => {
      if (outcome.kind === 'written') {
        writeBatchAppendSuccess(writer, correlationId, outcome.revision, outcome.position);
      } else {
        writeBatchAppendError(writer, correlationId, stream, errorOf(append, outcome));
      }
    });
  }

  private refuse(key: string, correlationId: Buffer, stream: string, error: AppendError): void {
    clearTimeout(this.unfinished.get(key)?.timer);
    this.unfinished.delete(key);
    this.reply((writer) => {
      writeBatchAppendError(writer, correlationId, stream, error);
    });
  }

  /** Gathers answers; they are sent together when the present turn is over. */
  private reply(build: (writer: ProtoWriter) => void): void {
    if (this.answers.position === 0) {
      queueMicrotask(() => {
        this.call.send(Buffer.from(this.answers.written()));
        this.answers.reset();
        this.finishIfDone();
      });
    }
    writeFrame(this.answers, build);
  }

  private waitForLog(): void {
    this.call.pause();
    void this.log.ready().then(() => {
      this.call.resume();
    });
  }

  private finishIfDone(): void {
    if (this.ended && this.underWay.size === 0 && this.answers.position === 0) this.call.finish();
  }
}

function errorOf(
  append: UnfinishedAppend,
  outcome: Exclude<WriteOutcome, { kind: 'written' }>,
): AppendError {
  switch (outcome.kind) {
    case 'wrong_expected_revision':
      return {
        kind: 'wrong_expected_version',
        current: outcome.currentRevision,
        expected: append.expected,
      };
    case 'stream_deleted':
      return { kind: 'stream_deleted' };
    case 'timed_out':
      return { kind: 'timeout' };
    case 'refused':
    case 'unknown':
      return { kind: 'unavailable', message: outcome.reason };
  }
}

/** Handles `Streams.BatchAppend`. */
export function serveBatchAppend(log: EventLog): (call: GrpcCall) => void {
  return (call) => {
    const batchAppend = new BatchAppendCall(call, log);
    call.respond();
    call.receive({
      onMessage: (message) => {
        batchAppend.receive(message);
      },
      onEnd: () => {
        batchAppend.end();
      },
    });
  };
}
