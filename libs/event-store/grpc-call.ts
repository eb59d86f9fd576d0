import { Metadata, status } from '@grpc/grpc-js';
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
  type OutgoingHttpHeaders,
} from 'node:http2';
import { type Socket } from 'node:net';
import { type StoreAddress } from './store-address.js';

/** How a call ended, as grpc-js reports it; code 0 if the server ended it in peace. */
export interface CallEnd extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** What is told of a call. */
export interface CallListener {
  /** A message came. Its bytes are the listener's. What this throws ends the call. */
  readonly onMessage: (message: Buffer) => void;
  /** The call is over; told once. */
  readonly onEnd: (reason: CallEnd) => void;
}

const PREFIX_BYTES = 5;
/** Answers to appends are a hundredth of it. */
const MESSAGE_BYTES_MAX = 64 * 1024;
const HEADERS: OutgoingHttpHeaders = {
  ':method': 'POST',
  'content-type': 'application/grpc+proto',
  te: 'trailers',
  'grpc-accept-encoding': 'identity',
};

/**
 * A call of gRPC in both directions, on an HTTP/2 connection of its own.
 *
 * grpc-js sends one message per turn of the event loop, and the next when that one is on its way;
 * here what gathers during a turn leaves together (ADR 0012).
 */
export class GrpcCall {
  readonly #session: ClientHttp2Session;
  readonly #stream: ClientHttp2Stream;
  readonly #listener: CallListener;
  #socket: Socket | null = null;
  #rest: Buffer = Buffer.alloc(0);
  #trailers: IncomingHttpHeaders = {};
  #failure: Error | null = null;

  /** Connects to `address`; messages may be sent at once. */
  constructor(
    address: StoreAddress,
    path: string,
    headers: OutgoingHttpHeaders,
    listener: CallListener,
  ) {
    this.#listener = listener;
    this.#session = connect(address.origin, address.secrets);
    this.#session.on('error', this.#fail);
    this.#session.on('connect', (_, socket) => (this.#socket = socket));
    this.#stream = this.#session.request({ ...HEADERS, ...headers, ':path': path });
    keepAlive(this.#session, this.#stream, address);
    this.#stream.on('response', this.#onResponse);
    this.#stream.on('trailers', this.#onTrailers);
    this.#stream.on('data', this.#onData);
    this.#stream.on('end', this.cancel);
    this.#stream.on('error', this.#fail);
    this.#stream.on('close', this.#onClose);
  }

  /** Sends a message, given in two parts. */
  send(head: Buffer, body: Buffer): void {
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt32BE(head.length + body.length, 1);
    this.#stream.write(Buffer.concat([prefix, head, body]));
  }

  /** Ends the call and its connection. */
  readonly cancel = (): void => {
    this.#session.destroy();
  };

  readonly #fail = (error: Error): void => {
    this.#failure ??= error;
    this.#session.destroy();
  };

  /** A server that refuses a call sends its trailers as headers; a proxy speaks no gRPC at all. */
  readonly #onResponse = (headers: IncomingHttpHeaders & IncomingHttpStatusHeader): void => {
    this.#onTrailers(headers);
    const { ':status': code } = headers;
    if (code === 200 || 'grpc-status' in headers) return;
    this.#fail(new Error(`The event store, or what is before it, answered HTTP status ${code}.`));
  };

  readonly #onTrailers = (headers: IncomingHttpHeaders): void => {
    if ('grpc-status' in headers) this.#trailers = headers;
  };

  readonly #onData = (chunk: Buffer): void => {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    try {
      while (bytes.length >= PREFIX_BYTES) {
        const end = PREFIX_BYTES + messageLength(bytes);
        if (bytes.length < end) break;
        this.#listener.onMessage(bytes.subarray(PREFIX_BYTES, end));
        bytes = bytes.subarray(end);
      }
    } catch (error) {
      this.#fail(error as Error);
    }
    this.#rest = bytes;
  };

  readonly #onClose = (): void => {
    this.#session.destroy();
    // Else it stays until what was written has left, which a peer that takes nothing prevents.
    this.#socket?.destroy();
    const { 'grpc-status': told, 'grpc-message': message } = this.#trailers;
    const code = Number(told ?? status.UNAVAILABLE);
    const details = String(message ?? this.#failure?.message ?? 'The connection ended.');
    const metadata = Metadata.fromHttp2Headers(this.#trailers);
    const reason = new Error(details, { cause: this.#failure });
    this.#listener.onEnd(Object.assign(reason, { code, details, metadata }));
  };
}

/** What the prefix of a message says; throws if the rest of it cannot be read. */
function messageLength(bytes: Buffer): number {
  if (bytes[0] !== 0) throw new Error('The event store sent a compressed message.');
  const length = bytes.readUInt32BE(1);
  if (length <= MESSAGE_BYTES_MAX) return length;
  throw new Error(`The event store sent a message that is too large: ${length} bytes.`);
}

/** Asks for a sign of life now and then, and ends a connection on which none comes. */
function keepAlive(
  session: ClientHttp2Session,
  stream: ClientHttp2Stream,
  { keepAliveIntervalMs, keepAliveTimeoutMs }: StoreAddress,
): void {
  if (keepAliveIntervalMs < 0 || keepAliveTimeoutMs < 0) return;
  const asking = setInterval(() => {
    const overdue = setTimeout(() => {
      session.destroy(new Error('The event store answers no pings.'));
    }, keepAliveTimeoutMs);
    session.ping(() => {
      clearTimeout(overdue);
    });
  }, keepAliveIntervalMs);
  stream.on('close', () => {
    clearInterval(asking);
  });
}
