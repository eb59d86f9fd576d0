import { describe, expect, it } from '@jest/globals';
import { TcpProxy } from '#libs/testing';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createSecureServer, createServer, type ServerHttp2Stream } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CERTIFICATE, CERTIFICATE_KEY } from './certificate.fixtures.js';
import { connectEventStore } from './eventstoredb.adapter.js';
import { type CallEnd, type GrpcCall } from './grpc-call.js';
import { GrpcSession } from './grpc-session.js';
import { serving } from './http2-server.fixtures.js';
import { framed } from './message-frames.js';
import { type StoreAddress } from './store-address.js';
import { success } from './scripted-server.fixtures.js';
import { afterwards } from './scripted-store.fixtures.js';
import { anEvent } from './theatre.fixtures.js';

const unavailable = { kind: 'unavailable', code: 'event_store_unavailable' };

/** Sends the answers back a byte at a time. */
function answerAll(stream: ServerHttp2Stream): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
  let bytes = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    while (bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32BE(1)) {
      const end = 5 + bytes.readUInt32BE(1);
      const request = streamsPb.BatchAppendReq.deserializeBinary(bytes.subarray(5, end));
      bytes = bytes.subarray(end);
      const answer = framed(Buffer.from(success(request, 7n).serializeBinary()));
      for (const byte of answer) stream.write(Buffer.of(byte));
    }
  });
}

/** The port, connected to `node`, with the rest of its URL. */
function connected(node: string, { who = '', parameters = 'tls=true' } = {}) {
  const store = connectEventStore(`esdb://${who}${node}?${parameters}`);
  afterwards(() => store.close());
  return store;
}

describe('appends over TLS', () => {
  const secured = () => createSecureServer({ cert: CERTIFICATE, key: CERTIFICATE_KEY });
  const certificateFile = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'leadledger-tls-'));
    afterwards(() => rm(folder, { recursive: true }));
    const file = join(folder, 'ca.pem');
    await writeFile(file, CERTIFICATE);
    return file;
  };

  it('reach the server whose certificate the URL trusts, with the credentials in the URL', async () => {
    const { heard, node } = await serving(secured(), answerAll);
    const parameters = `connectionName=spec&tlsCAFile=${encodeURIComponent(await certificateFile())}`;
    const store = connected(node, { who: 'ada:secret@', parameters });
    await expect(store.append('theatre-1', 6n, [anEvent()])).resolves.toMatchObject({
      revision: 7n,
      position: 107n,
    });
    expect(heard).toMatchObject([
      {
        ':path': '/event_store.client.streams.Streams/BatchAppend',
        'connection-name': 'spec',
        authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}`,
      },
    ]);
  });

  it('do not reach a server that nobody vouches for', async () => {
    const { heard, node } = await serving(secured(), answerAll);
    const appending = connected(node).append('theatre-1', 6n, [anEvent()]);
    await expect(appending).rejects.toMatchObject(unavailable);
    expect(heard).toEqual([]);
  });
});

describe('appends in the clear', () => {
  it('carry no credentials', async () => {
    const { heard, node } = await serving(createServer(), answerAll);
    const store = connected(node, { who: 'ada:secret@', parameters: 'tls=false' });
    await store.append('theatre-1', 6n, [anEvent()]);
    expect(heard).toHaveLength(1);
    expect(heard[0]).not.toHaveProperty('authorization');
  });

  it('that come at once leave together, on one call', async () => {
    const chunks: number[] = [];
    const { heard, node } = await serving(createServer(), (stream) => {
      stream.on('data', (chunk: Buffer) => chunks.push(chunk.length));
      answerAll(stream);
    });
    const store = connected(node, { parameters: 'tls=false' });
    await store.append('theatre-1', 6n, [anEvent()]);
    chunks.length = 0;
    await Promise.all(
      Array.from({ length: 50 }, (_, n) => store.append(`theatre-${n}`, 6n, [anEvent()])),
    );
    expect(heard).toHaveLength(1);
    expect(chunks.length).toBeLessThan(10);
  });

  it('are tried again elsewhere in time when a server refuses the call', async () => {
    let refused = 0;
    const { node } = await serving(createServer(), (stream) => {
      refused += 1;
      if (refused > 2) answerAll(stream);
      else if (refused === 1) {
        stream.respond({ ':status': 200, 'grpc-status': '14' }, { endStream: true });
      } else stream.close();
    });
    const store = connected(node, { parameters: 'tls=false' });
    expect(await store.append('theatre-1', 6n, [anEvent()])).toMatchObject({ revision: 7n });
    expect(refused).toBe(3);
  });
});

/** A call on a session of its own, which ends with it, and how it ended. */
function calling(address: StoreAddress): { call: GrpcCall; ended: Promise<CallEnd> } {
  const session = new GrpcSession(address);
  let end: (reason: CallEnd) => void;
  const ended = new Promise<CallEnd>((resolve) => (end = resolve));
  const options = { path: '/call', headers: {}, messageBytesMax: 64 * 1024 };
  const call = session.call(options, {
    onMessage: () => undefined,
    onEnd: (reason) => {
      session.end();
      end(reason);
    },
  });
  afterwards(() => {
    session.end();
  });
  return { call, ended };
}

describe('a quiet call', () => {
  /** One that is tried every 20 ms, through `proxy`. */
  function quiet(proxy: TcpProxy): Promise<CallEnd> {
    const { host } = new URL(proxy.url);
    const often = { keepAliveIntervalMs: 20, keepAliveTimeoutMs: 1_000 };
    return calling({ origin: `http://${host}`, secrets: {}, ...often }).ended;
  }

  it('is tried now and then, and ends when nothing comes back', async () => {
    const server = createServer();
    const pinged = new Promise<void>((resolve) => {
      let pings = 0;
      server.on('session', (session) =>
        session.on('ping', () => {
          pings += 1;
          if (pings === 3) resolve();
        }),
      );
    });
    const { node } = await serving(server, answerAll);
    const proxy = await TcpProxy.to(Number(node.split(':')[1]));
    afterwards(() => proxy.close());
    const ended = quiet(proxy);
    await Promise.race([pinged, ended.then((end) => Promise.reject(end))]);
    proxy.mute();
    expect(await ended).toMatchObject({
      code: 14,
      details: 'The event store answers no pings.',
    });
  });
});

describe('a call', () => {
  /** Settings and a window update: the client may send as much as it likes. */
  const GO_ON = Buffer.from('00000604000000000000047fffffff0000040800000000007fff0000', 'hex');
  const sockets = () =>
    process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

  /** A call that is pinged every 20 ms, and how it ended. */
  function called({ port }: AddressInfo): { call: GrpcCall; ended: Promise<CallEnd> } {
    const often = { keepAliveIntervalMs: 20, keepAliveTimeoutMs: 1_000 };
    return calling({ origin: `http://127.0.0.1:${port}`, secrets: {}, ...often });
  }

  it('lets go of its connection at once when its server takes nothing of what was sent', async () => {
    const server = createTcpServer({ pauseOnConnect: true }, (socket) => {
      afterwards(() => socket.destroy());
      socket.on('error', () => undefined);
      socket.write(GO_ON);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    afterwards(() => server.close());
    const before = sockets();
    const { call, ended } = called(server.address() as AddressInfo);
    const stuck = () => process.getActiveResourcesInfo().includes('SimpleWriteWrap');
    while (!stuck()) {
      call.send(Buffer.alloc(0), Buffer.alloc(1024 * 1024));
      await new Promise((resolve) => setImmediate(resolve));
    }
    call.cancel();
    expect(await ended).toMatchObject({ code: 14 });
    while (sockets() > before + 1) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it.each([
    ['is compressed', Buffer.from([1, 0, 0, 0, 1, 0]), 13, 'compressed'],
    ['is larger than any answer', Buffer.from([0, 0x7f, 0, 0, 0]), 8, 'too large'],
  ])('ends when a message %s', async (_, bytes, expectedCode, reason) => {
    const { node } = await serving(createServer(), (stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
      stream.write(bytes);
    });
    const { ended } = called({ port: Number(node.split(':')[1]) } as AddressInfo);
    const { code, details } = await ended;
    expect(code).toBe(expectedCode);
    expect(details).toContain(reason);
  });

  it('ends when what answers is no gRPC server, and says what it answered', async () => {
    const { node } = await serving(createServer(), (stream) => {
      stream.respond({ ':status': 502, 'content-type': 'text/html' });
      stream.end('<html>');
    });
    const { ended } = called({ port: Number(node.split(':')[1]) } as AddressInfo);
    expect((await ended).details).toContain('HTTP status 502');
  });
});
