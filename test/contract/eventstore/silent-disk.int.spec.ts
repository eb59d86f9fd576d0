import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { collect, events, newStream, rejectionOf, temporaryFolder } from './harness.js';
import { startProcess, stopProcess, type StoreProcess } from './store-process.js';
import { holdWriteLock } from './write-lock.js';

let dataDir: string;
let store: StoreProcess;
let client: EventStoreDBClient;
let stderr: string;
let letGo: () => Promise<void>;

beforeEach(async () => {
  dataDir = temporaryFolder();
  store = await startProcess({ dataDir });
  stderr = '';
  store.child.stderr!.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  client = EventStoreDBClient.connectionString(store.url);
  await client.appendToStream(newStream(), events(1));
  letGo = await holdWriteLock(dataDir);
});

afterEach(async () => {
  await letGo();
  await stopProcess(store.child, 'SIGKILL');
  await client.dispose();
  rmSync(dataDir, { recursive: true });
});

describe('a store whose disk does not answer', () => {
  it('ends within half a minute, refuses what it could not write, and can be started again', async () => {
    const stream = newStream();
    const ended = once(store.child, 'exit');
    const refusal = rejectionOf(
      client.appendToStream(stream, events(1), { expectedRevision: NO_STREAM }),
    );
    expect(((await refusal) as Error).message).toContain('has not answered for 30 s');
    await ended;
    expect(stderr).toContain('The event store stops because its files fail');

    await letGo();
    store = await startProcess({ dataDir });
    const again = EventStoreDBClient.connectionString(store.url);
    await again.appendToStream(stream, events(1), { expectedRevision: NO_STREAM });
    expect(await collect(again.readStream(stream))).toHaveLength(1);
    await again.dispose();
  });

  it('ends when it is told to', async () => {
    const ended = once(store.child, 'exit');
    const refused = rejectionOf(client.appendToStream(newStream(), events(1)));
    // It comes over the same connection, so the append has come by the time it is answered.
    await rejectionOf(collect(client.readStream(newStream())));
    store.child.kill('SIGTERM');
    await ended;
    expect(stderr).toContain('its disk did not answer');
    await refused;
  });
});
