import { describe, expect, it } from '@jest/globals';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import { Connection } from './connection.js';
import { connectEventStore } from './eventstoredb.adapter.js';
import { accept, onTheWire, refuse, serving } from './http2-server.fixtures.js';
import { type EventStore, type RecordedEvent } from './port.js';
import { runProgram } from './program.fixtures.js';
import { streamRequest } from './read-request.js';
import { event } from './scripted-server.fixtures.js';
import { afterwards } from './scripted-store.fixtures.js';

const unavailable = { kind: 'unavailable', code: 'event_store_unavailable' };
const urlOf = (node: string) => `esdb://${node}?tls=false`;

/** The port on a server of HTTP/2 whose calls, the first being number 1, are taken with `take`. */
async function storeOn(
  take: (stream: ServerHttp2Stream, number: number) => void,
  server: Http2Server = createServer(),
): Promise<{ store: EventStore; sessions: () => number }> {
  let [calls, sessions] = [0, 0];
  server.on('session', () => (sessions += 1));
  const { node } = await serving(server, (stream) => {
    calls += 1;
    take(stream, calls);
  });
  const store = connectEventStore(urlOf(node));
  afterwards(() => store.close());
  return { store, sessions: () => sessions };
}

const someEvents = (count: number, filler = ''): Buffer[] =>
  Array.from({ length: count }, (_, n) =>
    onTheWire(event(BigInt(n + 1), { data: JSON.stringify({ seat: n, filler }) })),
  );

/** Sends all of `events` and then the trailers. */
function answer(stream: ServerHttp2Stream, events: readonly Buffer[]): void {
  accept(stream);
  stream.end(Buffer.concat(events));
}

async function all(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
  const read: RecordedEvent[] = [];
  for await (const each of events) read.push(each);
  return read;
}

const begun = (store: EventStore) => store.readStream('theatre-1')[Symbol.asyncIterator]();

describe('a slow reader', () => {
  const events = someEvents(20_000, 'x'.repeat(500));

  it('slows its server down, and neither loses events nor holds up a fast one', async () => {
    let sentToSlow = 0;
    const { store, sessions } = await storeOn((stream, number) => {
      if (number > 1) {
        answer(stream, events);
        return;
      }
      accept(stream);
      const send = () => {
        while (sentToSlow < events.length) {
          if (!stream.write(events[sentToSlow++])) return;
        }
        stream.end();
      };
      stream.on('drain', send);
      send();
    });
    const slow = begun(store);
    await slow.next();
    expect(await all(store.readStream('theatre-2'))).toHaveLength(events.length);
    expect(sentToSlow).toBeLessThan(events.length / 4);
    expect(await all({ [Symbol.asyncIterator]: () => slow })).toHaveLength(events.length - 1);
    expect(sessions()).toBe(1);
  });
});

describe('a read', () => {
  it('takes an event in as many pieces as the network makes of it', async () => {
    const filler = 'x'.repeat(6 * 1024 * 1024);
    const { store } = await storeOn((stream) => {
      answer(stream, someEvents(3, filler));
    });
    const read = await all(store.readStream('theatre-1'));
    expect(read.map(({ data }) => data)).toEqual([0, 1, 2].map((seat) => ({ seat, filler })));
  });

  it('of an event that is larger than any may be says so', async () => {
    const { node } = await serving(createServer(), (stream) => {
      accept(stream);
      stream.write(Buffer.from([0, 0x7f, 0, 0, 0]));
    });
    const connection = new Connection(urlOf(node));
    afterwards(() => connection.giveUp(new Error('The test is over.')));
    const stream = connection.read(streamRequest('theatre-1', {}));
    await expect(stream.more(Infinity)).rejects.toMatchObject({
      code: 8,
      details: expect.stringContaining('too large'),
    });
  });

  it.each([
    ['access-denied', '7', { name: 'StoreFailure', kind: 'refused', message: 'Not for you.' }],
    ['stream-deleted', '9', { kind: 'not_found', code: 'stream_deleted' }],
  ])('that is refused with %s instead of an answer fails at once', async (exception, code, as) => {
    let asked = 0;
    const { store } = await storeOn((stream) => {
      asked += 1;
      refuse(stream, { 'grpc-status': code, 'grpc-message': 'Not%20for you.', exception });
    });
    await expect(all(store.readStream('theatre-1'))).rejects.toMatchObject(as);
    expect(asked).toBe(1);
  });

  it('that something refuses that speaks no gRPC is refused, too', async () => {
    const { store } = await storeOn((stream) => {
      stream.respond({ ':status': 401, 'content-type': 'text/html' });
      stream.end('<html>');
    });
    const refused = { name: 'StoreFailure', kind: 'refused' };
    await expect(all(store.readStream('theatre-1'))).rejects.toMatchObject(refused);
  });

  it('that ends without a status is no short stream', async () => {
    const { store } = await storeOn((stream) => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc+proto' });
      stream.end(Buffer.concat(someEvents(3)));
    });
    const read = begun(store);
    for (let n = 0; n < 3; n += 1) await read.next();
    await expect(read.next()).rejects.toMatchObject(unavailable);
  });

  it('that ends within an event is no short stream', async () => {
    const { store } = await storeOn((stream) => {
      const bytes = Buffer.concat(someEvents(2));
      answer(stream, [bytes.subarray(0, bytes.length - 1)]);
    });
    const read = begun(store);
    await read.next();
    await expect(read.next()).rejects.toMatchObject(unavailable);
  });

  it('that is cut after its end came, and before all was taken, is no short stream', async () => {
    // More than waits for a reader, and less than may be sent to it meanwhile.
    const events = someEvents(600);
    const server = createServer();
    const { store } = await storeOn((stream) => {
      answer(stream, events);
    }, server);
    const closed = new Promise<void>((resolve) => {
      server.on('stream', (stream: ServerHttp2Stream) => {
        stream.on('close', () => {
          stream.session?.destroy();
          resolve();
        });
      });
    });
    const read = begun(store);
    await read.next();
    await closed;
    let taken = 1;
    const rest = (async () => {
      while (!(await read.next()).done) taken += 1;
    })();
    const outcome = await rest.then(
      () => 'complete',
      (error: unknown) => (error as { code: string }).code,
    );
    expect([outcome, taken === events.length]).toEqual(
      taken === events.length ? ['complete', true] : ['event_store_unavailable', false],
    );
  });

  it('that is left ends by itself: the server hears of it, and others go on', async () => {
    const ended: number[] = [];
    const streams: ServerHttp2Stream[] = [];
    const { store, sessions } = await storeOn((stream) => {
      streams.push(stream);
      accept(stream);
      stream.write(Buffer.concat(someEvents(1)));
      stream.on('close', () => ended.push(stream.rstCode));
    });
    const [left, other] = [begun(store), begun(store)];
    await Promise.all([left.next(), other.next()]);
    const heard = new Promise((resolve) => streams[0]?.on('close', resolve));
    await left.return?.();
    await heard;
    expect(ended).toEqual([8]);
    streams[1]?.end(Buffer.concat(someEvents(1)));
    expect(await other.next()).toMatchObject({ done: false });
    expect(await other.next()).toMatchObject({ done: true });
    expect(sessions()).toBe(1);
  });
});

describe('a session of reads', () => {
  it('that dies fails all of them, and the next one opens another', async () => {
    const many = 60;
    const streams: ServerHttp2Stream[] = [];
    const { store, sessions } = await storeOn((stream, number) => {
      streams.push(stream);
      accept(stream);
      stream.write(Buffer.concat(someEvents(1)));
      if (number > many) stream.end();
    });
    const reads = Array.from({ length: many }, () => begun(store));
    await Promise.all(reads.map((read) => read.next()));
    streams[0]?.session?.destroy();
    await Promise.all(reads.map((read) => expect(read.next()).rejects.toMatchObject(unavailable)));
    expect(await all(store.readStream('theatre-1'))).toHaveLength(1);
    expect(sessions()).toBe(2);
  });

  it('that the server wants no more ends its reads in peace; the next one opens another', async () => {
    const streams: ServerHttp2Stream[] = [];
    const { store, sessions } = await storeOn((stream, number) => {
      streams.push(stream);
      accept(stream);
      stream.write(Buffer.concat(someEvents(1)));
      if (number > 1) stream.end();
    });
    const read = begun(store);
    await read.next();
    const goneAway = new Promise((resolve) => streams[0]?.session?.ping(resolve));
    streams[0]?.session?.goaway();
    await goneAway;
    expect(await all(store.readStream('theatre-2'))).toHaveLength(1);
    expect(sessions()).toBe(2);
    streams[0]?.end(Buffer.concat(someEvents(1)));
    expect(await read.next()).toMatchObject({ done: false });
    expect(await read.next()).toMatchObject({ done: true });
  });

  it('that the server wants no more, and that falls silent then, fails what follows the log', async () => {
    const server = createServer();
    const { node } = await serving(server, (stream) => {
      accept(stream);
      stream.write(Buffer.concat(someEvents(1)));
      stream.session?.goaway();
    });
    const store = connectEventStore(`${urlOf(node)}&keepAliveInterval=20&keepAliveTimeout=1000`);
    afterwards(() => store.close());
    const { signal } = new AbortController();
    const following = store.subscribeToAll({ after: null, streamPrefixes: ['t'], signal });
    const log = following[Symbol.asyncIterator]();
    expect(await log.next()).toMatchObject({ done: false });
    await expect(log.next()).rejects.toMatchObject(unavailable);
  });

  it('is to the store itself, whatever proxy there is for others', async () => {
    const { node } = await serving(createServer(), (stream) => {
      answer(stream, someEvents(1));
    });
    const program = `
      process.env.http_proxy = 'http://127.0.0.1:9';
      const { connectEventStore } = await import('./dist/libs/event-store/index.js');
      const store = connectEventStore(process.env.STORE_URL);
      for await (const { position } of store.readStream('theatre-1')) console.log(position);`;
    const ended = await runProgram(urlOf(node), program);
    expect(ended).toMatchObject({ exitCode: 0, said: '1n\n' });
  });

  it('is not opened again by what is under way when the store is closed', async () => {
    const { store, sessions } = await storeOn((stream) => {
      accept(stream);
    });
    const read = begun(store).next();
    const failed = expect(read).rejects.toMatchObject(unavailable);
    while (sessions() === 0) await new Promise(setImmediate);
    await store.close();
    await failed;
    expect(sessions()).toBe(1);
  });

  it('keeps no process alive on which nothing is read', async () => {
    const { node } = await serving(createServer(), (stream) => {
      answer(stream, someEvents(2));
    });
    const program = `
      import { connectEventStore } from './dist/libs/event-store/index.js';
      const store = connectEventStore(process.env.STORE_URL);
      for await (const { position } of store.readStream('theatre-1')) console.log(position);`;
    const ended = await runProgram(urlOf(node), program);
    expect(ended).toEqual({ exitCode: 0, said: '1n\n2n\n', complained: '' });
  });
});
