import {
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

import { GrpcCall } from './grpc-call.js';

/** Serves one kind of call, named by its path. */
export type CallHandler = (call: GrpcCall) => void;

/** How much one call, and one connection, may send before it has to be read. */
const STREAM_WINDOW_BYTES = 1024 * 1024;
const SESSION_WINDOW_BYTES = 8 * 1024 * 1024;
const SESSION_MEMORY_MEGABYTES = 128;
/** Clients that do not close their side within this time after a shutdown are cut off. */
const CLOSE_TIMEOUT_MS = 500;

export interface GrpcServerOptions {
  /** Full method path, such as `/event_store.client.streams.Streams/Read`, → handler. */
  readonly handlers: ReadonlyMap<string, CallHandler>;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
}

/**
 * A gRPC server on HTTP/2 without TLS: what four services on loopback need of the protocol, and
 * with control over how many messages go into one write, which is where the time goes (ADR 0002).
 *
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export class GrpcServer {
  private readonly server: Http2Server;
  private readonly sessions = new Set<ServerHttp2Session>();
  private readonly calls = new Set<GrpcCall>();
  private closing = false;

  private constructor(private readonly handlers: GrpcServerOptions['handlers']) {
    this.server = createServer({
      maxSessionMemory: SESSION_MEMORY_MEGABYTES,
      settings: { initialWindowSize: STREAM_WINDOW_BYTES },
    });
    this.server.on('session', (session) => {
      this.accept(session);
    });
    this.server.on('stream', (stream: ServerHttp2Stream, headers) => {
      this.handle(stream, headers);
    });
    this.server.on('sessionError', () => undefined);
  }

  /** Starts listening; rejects if the address is taken. */
  static listen(options: GrpcServerOptions): Promise<GrpcServer> {
    return new Promise((resolve, reject) => {
      const grpc = new GrpcServer(options.handlers);
      grpc.server.once('error', reject);
      grpc.server.listen(options.port, options.host, () => {
        grpc.server.off('error', reject);
        resolve(grpc);
      });
    });
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends every open call with CANCELLED and every connection after it. */
  async close(): Promise<void> {
    this.closing = true;
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    for (const call of this.calls) {
      call.finish({ code: 'cancelled', message: 'The event store is shutting down.' });
    }
    for (const session of this.sessions) session.close();
    const cutOff = setTimeout(() => {
      for (const session of this.sessions) session.destroy();
    }, CLOSE_TIMEOUT_MS);
    await closed;
    clearTimeout(cutOff);
  }

  private accept(session: ServerHttp2Session): void {
    if (this.closing) {
      session.destroy();
      return;
    }
    this.sessions.add(session);
    session.setLocalWindowSize(SESSION_WINDOW_BYTES);
    session.on('error', () => undefined);
    session.on('close', () => {
      this.sessions.delete(session);
    });
  }

  private handle(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    const call = new GrpcCall(stream, headers);
    this.calls.add(call);
    call.onClose(() => {
      this.calls.delete(call);
    });
    const path = headers[':path'] ?? '';
    const handler = this.handlers.get(typeof path === 'string' ? path : '');
    if (handler === undefined) {
      call.finish({ code: 'unimplemented', message: unimplemented(path) });
      return;
    }
    try {
      handler(call);
    } catch (error) {
      call.fail(error);
    }
  }
}

function unimplemented(path: string): string {
  const method = path.replace(/^\/?event_store\.client\./, '');
  return `${method} is not part of the embedded event store: connect to EventStoreDB or KurrentDB for it.`;
}
