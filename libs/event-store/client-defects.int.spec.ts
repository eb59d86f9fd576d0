import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import { status } from '@grpc/grpc-js';
import { createServer } from 'node:net';
import { UndecodableEvent } from './catalog.js';
import { WrongExpectedRevision } from './errors.js';
import { connectEventStore } from './eventstoredb.adapter.js';
import { followLog } from './follow-log.js';
import { type EventStore } from './port.js';
import {
  checkpoint,
  event,
  type Script,
  success,
  unresolvedLink,
} from './scripted-server.fixtures.js';
import {
  afterwards,
  answering,
  followed,
  scripted,
  subscribed,
} from './scripted-store.fixtures.js';
import { StoreProcess } from './store-process.fixtures.js';
import { anEvent, theatreCatalog } from './theatre.fixtures.js';

const unavailable = { kind: 'unavailable', code: 'event_store_unavailable' };
const metadata = JSON.stringify(anEvent().metadata);

describe('a defect of the client', () => {
  let process: StoreProcess;
  beforeAll(async () => {
    process = await StoreProcess.start();
  });
  afterAll(() => process.remove());

  function connected(parameters = ''): EventStore {
    const store = connectEventStore(process.url + parameters);
    afterwards(() => store.close());
    return store;
  }

  it('1, the wrong revision of a conflict that does not throw: conflicts always throw', async () => {
    const store = connected('&throwOnAppendFailure=false');
    await store.append('theatre-defect-1', 'no_stream', [anEvent(), anEvent(), anEvent()]);
    const conflict = store.append('theatre-defect-1', 'no_stream', [anEvent()]);
    await expect(conflict).rejects.toThrow(WrongExpectedRevision);
    await expect(conflict).rejects.toMatchObject({ actualRevision: 2n });
  });

  it('2, pending appends shared by all clients: one that breaks leaves the others alone', async () => {
    const breaking = await scripted({
      append: (_, call) => call.emit('error', { code: status.UNKNOWN, details: 'broken' }),
    });
    let answer: () => void = () => undefined;
    const patient = await scripted({
      append: (request, call) => {
        answer = () => call.write(success(request, 4n));
      },
    });
    const waiting = patient.store.append('theatre-1', 3n, [anEvent()]);
    await expect(breaking.store.append('theatre-1', 3n, [anEvent()])).rejects.toMatchObject(
      unavailable,
    );
    answer();
    expect(await waiting).toMatchObject({ revision: 4n });
  });

  it('3, appending whatever the revision: the port cannot be asked to', async () => {
    const demands: number[] = [];
    const Case = streamsPb.BatchAppendReq.Options.ExpectedStreamPositionCase;
    const { store } = await scripted({
      append: (request, call) => {
        demands.push(request.getOptions()?.getExpectedStreamPositionCase() ?? -1);
        call.write(success(request, 0n));
      },
    });
    await store.append('theatre-1', 'no_stream', [anEvent()]);
    await store.append('theatre-1', 0n, [anEvent()]);
    // @ts-expect-error -- neither may it be left out, nor be "any"
    const any: Parameters<EventStore['append']> = ['theatre-1', 'any', [anEvent()]];
    expect(any).toHaveLength(3);
    expect(demands).toEqual([Case.NO_STREAM, Case.STREAM_POSITION]);
  });

  it('4, the slow append when credentials are given: they are in the URL, and it is not taken', async () => {
    let batches = 0;
    const script: Script = {
      append: (request, call) => {
        batches += 1;
        call.write(success(request, 0n));
      },
    };
    const { store } = await scripted(script, 'admin:changeit');
    await store.append('theatre-1', 'no_stream', [anEvent()]);
    expect(batches).toBe(1);
  });

  it('5, an unhandled rejection when a checkpoint is not dealt with: the subscription fails', async () => {
    const { store } = await scripted({
      read: (call) => {
        if (call.request.getOptions()?.hasSubscription() === true) call.write(checkpoint(5n));
        else call.emit('error', { code: status.UNAVAILABLE, details: 'no head today' });
      },
    });
    const { signal } = new AbortController();
    const messages = store.subscribeToAll({ after: null, streamPrefixes: ['t'], signal });
    await expect(messages[Symbol.asyncIterator]().next()).rejects.toMatchObject(unavailable);
  });

  it('6, subscriptions that never come back: following goes on where it was, without gap or repeat', async () => {
    const store = connected();
    const stream = 'theatre-defect-6';
    const ending = new AbortController();
    const seen: bigint[] = [];
    let lost = 0;
    await store.append(stream, 'no_stream', [anEvent(), anEvent(), anEvent()]);
    const following = followLog({
      store,
      catalog: theatreCatalog,
      after: null,
      streamPrefixes: [stream],
      signal: ending.signal,
      onDisconnected: () => (lost += 1),
    });
    for await (const message of following) {
      if (message.kind !== 'event') continue;
      seen.push(message.event.revision);
      if ([1n, 2n, 5n].includes(message.event.revision)) {
        await process.kill();
        await process.restart();
        const { revision } = message.event;
        if (revision === 2n) await store.append(stream, 2n, [anEvent(), anEvent(), anEvent()]);
        if (revision === 5n) await store.append(stream, 5n, [anEvent()]);
      }
      if (message.event.revision === 6n) ending.abort();
    }
    expect(seen).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n]);
    expect(lost).toBeGreaterThanOrEqual(2);
  });

  it('7, malformed JSON handed out as text: the event is undecodable, and following stops', async () => {
    await expect(followed([event(1n, { data: '{"seat":', metadata })])).rejects.toThrow(
      UndecodableEvent,
    );
    await expect(followed([event(1n, { metadata: '{"schemaVersion"' })])).rejects.toThrow(
      UndecodableEvent,
    );
  });

  it('8, a link whose event is gone: it is passed over', async () => {
    const messages = await subscribed([event(1n), unresolvedLink(2n), event(3n)]);
    expect(messages.map((message) => message.kind === 'event' && message.event.position)).toEqual([
      1n,
      3n,
    ]);
  });

  it('9, a wrong revision of stream metadata: the port does not deal in it', () => {
    expect('getStreamMetadata' in connected()).toBe(false);
  });

  it('10, a refused connection without a type: it is "unavailable" like any other', async () => {
    const listener = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => listener.once('listening', resolve));
    const { port } = listener.address() as { port: number };
    await new Promise((resolve) => listener.close(resolve));
    const store = connectEventStore(`esdb://127.0.0.1:${port}?tls=false`);
    afterwards(() => store.close());
    const reading = store.readStream('theatre-1')[Symbol.asyncIterator]();
    await Promise.all([
      expect(store.append('theatre-1', 'no_stream', [anEvent()])).rejects.toMatchObject(
        unavailable,
      ),
      expect(reading.next()).rejects.toMatchObject(unavailable),
      expect(store.headPosition()).rejects.toMatchObject(unavailable),
    ]);
  });

  it('11, handlers that overlap: the next message waits until the one before was dealt with', async () => {
    const { store } = await scripted(answering([event(1n), event(2n), event(3n)]));
    const { signal } = new AbortController();
    const trace: string[] = [];
    for await (const message of store.subscribeToAll({
      after: null,
      streamPrefixes: ['t'],
      signal,
    })) {
      if (message.kind === 'caught_up') break;
      trace.push('begin');
      await new Promise((resolve) => setImmediate(resolve));
      trace.push('end');
    }
    expect(trace).toEqual(['begin', 'end', 'begin', 'end', 'begin', 'end']);
  });
});
