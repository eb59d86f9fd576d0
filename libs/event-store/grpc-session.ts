import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from 'node:http2';
import { type Socket } from 'node:net';
import { type CallListener, GrpcCall } from './grpc-call.js';
import { type StoreAddress } from './store-address.js';

/**
 * How much a server may send on one call before it is taken, and on all of them together. Signs of
 * life queue behind what a slow network has not brought yet, so the first is small; the second frees
 * itself as things arrive.
 */
const CALL_WINDOW_BYTES = 256 * 1024;
const SESSION_WINDOW_BYTES = 8 * 1024 * 1024;
/** As long as grpc-js waits for a node that is not there and says nothing. */
const CONNECT_WITHIN_MS = 20_000;
/** Half of the calls that a session of HTTP/2 has numbers for. */
const CALLS_MAX = 2 ** 29;
const HEADERS: OutgoingHttpHeaders = {
  ':method': 'POST',
  'content-type': 'application/grpc+proto',
  te: 'trailers',
  'grpc-accept-encoding': 'identity',
};

/** What a call asks for, and how much of an answer it takes. */
export interface CallOptions {
  /** The full name of the method, such as `/event_store.client.streams.Streams/Read`. */
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  /** A larger message ends the call. */
  readonly messageBytesMax: number;
}

/**
 * An HTTP/2 connection to a node, and the calls on it. A call that ends leaves the others alone;
 * the end of the connection ends them all.
 *
 * Without a call under way it neither keeps the process alive nor asks for signs of life, as
 * connections of grpc-js do not.
 */
export class GrpcSession {
  readonly #session: ClientHttp2Session;
  #socket: Socket | null = null;
  #callsBegun = 0;
  #callsOpen = 0;
  #isRetired = false;

  /** Connects to `address`; calls may be made at once. */
  constructor(address: StoreAddress) {
    this.#session = connect(address.origin, {
      ...address.secrets,
      settings: { enablePush: false, initialWindowSize: CALL_WINDOW_BYTES },
    });
    this.#session.on('connect', this.#onConnect);
    // Each call under way hears of it, too.
    this.#session.on('error', this.#letGo);
    this.#giveUpUnlessConnected();
    this.#keepAlive(address);
  }

  /** False once it takes no more calls, because it ended or because the server asked so. */
  get isOpen(): boolean {
    const { closed, destroyed } = this.#session;
    return !closed && !destroyed && !this.#isRetired && this.#callsBegun < CALLS_MAX;
  }

  /** How many calls are under way. */
  get callsOpen(): number {
    return this.#callsOpen;
  }

  /** Begins a call, if the session {@link isOpen}. */
  call({ path, headers, messageBytesMax }: CallOptions, listener: CallListener): GrpcCall {
    const stream = this.#session.request({ ...HEADERS, ...headers, ':path': path });
    this.#callsBegun += 1;
    this.#callsOpen += 1;
    if (this.#callsOpen === 1) this.#socket?.ref();
    stream.on('close', this.#onCallOver);
    return new GrpcCall(stream, messageBytesMax, listener);
  }

  /** Ends it when the calls under way have ended; until then it asks for signs of life. */
  retire(): void {
    this.#isRetired = true;
    if (this.#callsOpen === 0) this.end();
  }

  /** Ends it and every call on it. */
  end(cause?: Error): void {
    this.#session.destroy(cause);
    this.#letGo();
  }

  readonly #onConnect = (_: ClientHttp2Session, socket: Socket): void => {
    this.#socket = socket;
    // It says so of a session, too, that ended while it was connecting.
    if (this.#session.destroyed) {
      this.#letGo();
      return;
    }
    this.#session.setLocalWindowSize(SESSION_WINDOW_BYTES);
    if (this.#callsOpen === 0) socket.unref();
  };

  readonly #onCallOver = (): void => {
    this.#callsOpen -= 1;
    if (this.#callsOpen > 0) return;
    if (this.#isRetired) this.end();
    else this.#socket?.unref();
  };

  /** Else it stays until what was written has left, which a peer that takes nothing prevents. */
  readonly #letGo = (): void => {
    this.#socket?.destroy();
  };

  #giveUpUnlessConnected(): void {
    const overdue = setTimeout(() => {
      this.end(new Error('The event store could not be connected to.'));
    }, CONNECT_WITHIN_MS);
    overdue.unref();
    const connected = () => {
      clearTimeout(overdue);
    };
    this.#session.on('connect', connected);
    this.#session.on('close', connected);
  }

  /**
   * Asks for a sign of life now and then, and ends a connection on which none comes, or on which
   * none can be asked for: a server that says goodbye may still fall silent before it is done.
   */
  #keepAlive({ keepAliveIntervalMs, keepAliveTimeoutMs }: StoreAddress): void {
    if (keepAliveIntervalMs < 0 || keepAliveTimeoutMs < 0) return;
    const asking = setInterval(() => {
      if (this.#callsOpen > 0) this.#ask(keepAliveTimeoutMs);
    }, keepAliveIntervalMs);
    asking.unref();
    this.#session.on('close', () => {
      clearInterval(asking);
    });
  }

  #ask(withinMs: number): void {
    if (this.#session.closed) {
      this.end(
        new Error('The event store wants this connection no more, and cannot be asked on it.'),
      );
      return;
    }
    const overdue = setTimeout(() => {
      this.end(new Error('The event store answers no pings.'));
    }, withinMs);
    overdue.unref();
    this.#session.ping(() => {
      clearTimeout(overdue);
    });
  }
}
