import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TcpProxy } from '#libs/testing';
import { randomUUID } from 'node:crypto';
import { connectEventStore } from './eventstoredb.adapter.js';
import { type EventStore } from './port.js';
import { StoreProcess } from './store-process.fixtures.js';
import { anEvent } from './theatre.fixtures.js';

describe('a store that is silent on one of two connections', () => {
  let process: StoreProcess;
  let line: TcpProxy;
  let store: EventStore;

  beforeEach(async () => {
    process = await StoreProcess.start();
    line = await TcpProxy.to(process.port);
    store = connectEventStore(line.url);
  });
  afterEach(async () => {
    await store.close();
    await line.close();
    await process.remove();
  });

  const append = () => store.append(`theatre-${randomUUID()}`, 'no_stream', [anEvent()]);

  /** Asks again and again until `task` has ended; resolves with what came of it. */
  async function during<Result>(task: Promise<Result>, ask: () => Promise<unknown>) {
    const ended = new AbortController();
    const end = () => {
      ended.abort();
    };
    task.then(end, end);
    while (!ended.signal.aborted) await ask();
    return task;
  }

  it('takes appends on another while reads are answered', async () => {
    await append();
    line.mute();
    await store.headPosition();
    expect(await during(append(), () => store.headPosition())).toMatchObject({ revision: 0n });
  });

  it('answers reads on another while appends are answered', async () => {
    await store.headPosition();
    line.mute();
    await append();
    expect(await during(store.headPosition(), append)).not.toBeNull();
  });
});
