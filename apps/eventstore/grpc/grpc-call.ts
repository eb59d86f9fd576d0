import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';

import { GrpcError, OK, statusHeaders, type GrpcStatus } from './grpc-status.js';
import { MalformedMessage } from '../wire/proto-reader.js';
import { MessageDeframer } from './message-deframer.js';

const RESPONSE_HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto' };

/** What a handler does with the request's messages. */
export interface CallHandlers {
  /** Called for every message, in order. What it throws ends the call. */
  onMessage(message: Buffer): void;
  /** The client has sent its last message. */
  onEnd?(): void;
}

/**
 * One call: messages come in, framed messages go out, and it ends with a status exactly once. What
 * is sent after the end, or to a client that is gone, is dropped.
 */
export class GrpcCall {
  private readonly deframer = new MessageDeframer();
  private readonly closeListeners: (() => void)[] = [];
  private trailers: Record<string, string> | undefined;
  private closed = false;
  private responded = false;

  constructor(
    private readonly stream: ServerHttp2Stream,
    readonly headers: IncomingHttpHeaders,
  ) {
    stream.on('wantTrailers', () => {
      stream.sendTrailers(this.trailers ?? statusHeaders({ code: 'internal' }));
    });
    // A client that goes away resets its streams: that is an end like any other.
    stream.on('error', () => undefined);
    stream.on('close', () => {
      this.closed = true;
      for (const listener of this.closeListeners.splice(0)) listener();
    });
  }

  /** False once the call has ended or its client is gone. */
  get isOpen(): boolean {
    return this.trailers === undefined && !this.stream.destroyed && !this.stream.closed;
  }

  /** Calls `listener` when the call is over, for whatever reason. */
  onClose(listener: () => void): void {
    if (this.closed) listener();
    else this.closeListeners.push(listener);
  }

  /** Starts reading the request. */
  receive(handlers: CallHandlers): void {
    const guarded = (action: () => void): void => {
      try {
        action();
      } catch (error) {
        this.fail(error);
      }
    };
    const onMessage = (message: Buffer): void => {
      if (this.isOpen) handlers.onMessage(message);
    };
    this.stream.on('data', (chunk: Buffer) => {
      guarded(() => {
        this.deframer.push(chunk, onMessage);
      });
    });
    this.stream.on('end', () => {
      if (!this.isOpen) return;
      guarded(() => {
        this.deframer.end();
        handlers.onEnd?.();
      });
    });
  }

  /** Starts reading a request that is one message. */
  receiveOne(onMessage: CallHandlers['onMessage']): void {
    let isReceived = false;
    this.receive({
      onMessage: (message) => {
        if (isReceived) throw notOneMessage();
        isReceived = true;
        onMessage(message);
      },
      onEnd: () => {
        if (!isReceived) throw notOneMessage();
      },
    });
  }

  /** Stops reading the request until {@link resume}: its client is slowed down by flow control. */
  pause(): void {
    this.stream.pause();
  }

  resume(): void {
    this.stream.resume();
  }

  /** Sends framed messages. False means: wait for {@link writable} before sending more. */
  send(frames: Buffer): boolean {
    if (!this.isOpen) return false;
    this.respond();
    return this.stream.write(frames);
  }

  /** Sends the response headers now, so that the client knows the call is accepted. */
  respond(): void {
    if (this.responded || !this.isOpen) return;
    this.responded = true;
    this.stream.respond(RESPONSE_HEADERS, { waitForTrailers: true });
  }

  /** Resolves when more can be sent, or when the call is over. */
  writable(): Promise<void> {
    if (!this.isOpen || !this.stream.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        this.stream.off('drain', done);
        this.stream.off('close', done);
        resolve();
      };
      this.stream.on('drain', done);
      this.stream.on('close', done);
    });
  }

  /** Ends the call. */
  finish(status: GrpcStatus = OK): void {
    if (!this.isOpen) return;
    // The call is no longer open from here on.
    this.trailers = statusHeaders(status);
    if (this.responded) {
      this.stream.end();
    } else {
      this.responded = true;
      this.stream.respond({ ...RESPONSE_HEADERS, ...this.trailers }, { endStream: true });
    }
    // Whatever the client still sends is read and dropped, so that its side can close too.
    this.stream.resume();
  }

  /** Ends the call with the status of an error; errors nobody foresaw are internal ones. */
  fail(error: unknown): void {
    if (error instanceof GrpcError) {
      this.finish(error.status);
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    const isMalformed = error instanceof MalformedMessage;
    this.finish({ code: isMalformed ? 'invalid_argument' : 'internal', message });
  }
}

function notOneMessage(): GrpcError {
  return new GrpcError({
    code: 'invalid_argument',
    message: 'This call takes exactly one request message.',
  });
}
