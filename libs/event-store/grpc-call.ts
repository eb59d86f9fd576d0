import { Metadata, status } from '@grpc/grpc-js';
import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import { framed, MessageFrames, UnwantedMessage } from './message-frames.js';

/** How a call ended, as grpc-js reports it; code 0 if the server ended it in peace. */
export interface CallEnd extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** Whether the server ended the call in peace. */
export function isPeace({ code }: CallEnd): boolean {
  return code === 0;
}

/** What is told of a call. */
export interface CallListener {
  /** A message came. Its bytes are the listener's. What this throws ends the call. */
  readonly onMessage: (message: Buffer) => void;
  /** The call is over; told once. */
  readonly onEnd: (reason: CallEnd) => void;
}

/** Begins a call. */
export type OpenCall = (listener: CallListener) => GrpcCall;

/** What HTTP statuses of something that speaks no gRPC amount to; any other one to `UNKNOWN`. */
const CODE_BY_HTTP_STATUS: Readonly<Record<number, status>> = {
  400: status.INTERNAL,
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.UNIMPLEMENTED,
  429: status.UNAVAILABLE,
  502: status.UNAVAILABLE,
  503: status.UNAVAILABLE,
  504: status.UNAVAILABLE,
};

/** How most calls end. One for all: to make an error costs as much as to read a short stream. */
const PEACE: CallEnd = Object.assign(new Error('The event store ended the call.'), {
  code: 0,
  details: '',
  metadata: new Metadata(),
});

/**
 * A call of gRPC on a stream of a session.
 *
 * grpc-js sends one message per turn of the event loop, and the next when that one is on its way;
 * here what gathers during a turn leaves together (ADR 0012).
 */
export class GrpcCall {
  readonly #stream: ClientHttp2Stream;
  readonly #listener: CallListener;
  readonly #frames: MessageFrames;
  #trailers: IncomingHttpHeaders = {};
  #failure: Error | null = null;
  #failureCode = status.UNAVAILABLE;
  /** Whether everything that came before the trailers was handed on. */
  #isRead = false;
  #isCancelled = false;

  /** `messageBytesMax`: a message that is larger ends the call. */
  constructor(stream: ClientHttp2Stream, messageBytesMax: number, listener: CallListener) {
    this.#stream = stream;
    this.#listener = listener;
    this.#frames = new MessageFrames(messageBytesMax, listener.onMessage);
    stream.on('response', this.#onResponse);
    stream.on('trailers', this.#onTrailers);
    stream.on('data', this.#onData);
    stream.on('end', this.#onRead);
    stream.on('error', this.#onError);
    stream.on('close', this.#onClose);
  }

  /** Sends a message, given in two parts. */
  send(head: Buffer, body: Buffer): void {
    this.#stream.write(framed(head, body));
  }

  /** Sends the one message, or the last one. */
  sendLast(message: Buffer): void {
    this.#stream.end(framed(message));
  }

  /** Takes no more messages until {@link resume}: then the server has to wait with this call. */
  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  /** Whether it ended, or is about to, because nobody wants it any more. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Ends the call, and no other one. What has arrived is dropped. */
  readonly cancel = (): void => {
    this.#isCancelled = true;
    this.#stop();
  };

  #stop(): void {
    this.#stream.close(constants.NGHTTP2_CANCEL);
    // Else it stays until all of it was read, or until a peer that takes nothing hears of it.
    this.#stream.destroy();
  }

  #fail(error: Error, code: status): void {
    this.#failure ??= error;
    this.#failureCode = code;
    this.#stop();
  }

  /** A server that refuses a call sends its trailers as headers; a proxy speaks no gRPC at all. */
  readonly #onResponse = (headers: IncomingHttpHeaders & IncomingHttpStatusHeader): void => {
    this.#onTrailers(headers);
    const { ':status': code = 0 } = headers;
    if (code === 200 || 'grpc-status' in headers) return;
    const error = new Error(`The event store, or what is before it, answered HTTP status ${code}.`);
    this.#fail(error, CODE_BY_HTTP_STATUS[code] ?? status.UNKNOWN);
  };

  readonly #onTrailers = (headers: IncomingHttpHeaders): void => {
    if ('grpc-status' in headers) this.#trailers = headers;
  };

  readonly #onData = (chunk: Buffer): void => {
    if (this.#stream.destroyed) return;
    try {
      this.#frames.push(chunk);
    } catch (error) {
      const code = error instanceof UnwantedMessage ? error.code : status.INTERNAL;
      this.#fail(error as Error, code);
    }
  };

  readonly #onRead = (): void => {
    this.#isRead = !this.#frames.isAmidMessage;
    // The server is done; it need not be told more.
    if (!this.#stream.writableEnded) this.#stop();
  };

  readonly #onError = (error: Error): void => {
    this.#failure ??= error;
  };

  readonly #onClose = (): void => {
    const code = this.#code();
    this.#listener.onEnd(code === PEACE.code ? PEACE : this.#end(code));
  };

  #end(code: number): CallEnd {
    const { 'grpc-message': message } = this.#trailers;
    const details = plain(message) ?? this.#failure?.message ?? 'The connection ended.';
    const metadata = Metadata.fromHttp2Headers(this.#trailers);
    const reason = new Error(details, { cause: this.#failure });
    return Object.assign(reason, { code, details, metadata });
  }

  /** Peace counts only if all is here: a connection can be cut after the trailers came. */
  #code(): number {
    const told = this.#trailers['grpc-status'];
    const isComplete = this.#isRead && this.#failure === null;
    if (told !== undefined && (isComplete || told !== '0')) return Number(told);
    return this.#failureCode;
  }
}

/** A message of a status without the escapes in which it travels. */
function plain(message: string | string[] | undefined): string | undefined {
  try {
    return message === undefined ? undefined : decodeURIComponent(String(message));
  } catch {
    return String(message);
  }
}
