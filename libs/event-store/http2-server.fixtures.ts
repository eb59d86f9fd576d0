import {
  type Http2SecureServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { type AddressInfo } from 'node:net';
import type streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { framed } from './message-frames.js';
import { afterwards } from './scripted-store.fixtures.js';

/** What a server heard, and its address. */
export interface Serving {
  readonly heard: IncomingHttpHeaders[];
  readonly node: string;
}

/** Has `server` take each call with `take`: what no library for gRPC would do. */
export async function serving(
  server: Http2Server | Http2SecureServer,
  take: (stream: ServerHttp2Stream) => void,
): Promise<Serving> {
  const heard: IncomingHttpHeaders[] = [];
  server.on('session', (session) => session.on('error', () => undefined));
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => undefined);
    heard.push(headers);
    take(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterwards(() => server.close());
  return { heard, node: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Accepts a call; `trailers` follow what is sent, once the stream is ended. */
export function accept(
  stream: ServerHttp2Stream,
  trailers: OutgoingHttpHeaders = { 'grpc-status': '0' },
): void {
  stream.on('wantTrailers', () => {
    stream.sendTrailers(trailers);
  });
  const headers = { ':status': 200, 'content-type': 'application/grpc+proto' };
  stream.respond(headers, { waitForTrailers: true });
  // What it asks for is known.
  stream.resume();
}

/** Ends a call before it began. */
export function refuse(stream: ServerHttp2Stream, trailers: OutgoingHttpHeaders): void {
  stream.respond({ ':status': 200, ...trailers }, { endStream: true });
  stream.resume();
}

/** An answer as it travels. */
export function onTheWire(answer: streamsPb.ReadResp): Buffer {
  return framed(Buffer.from(answer.serializeBinary()));
}
