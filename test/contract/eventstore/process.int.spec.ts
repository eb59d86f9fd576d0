import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CancelledError, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { collect, events, newStream, rejectionOf, temporaryFolder } from './harness.js';
import { runProcess, startProcess, stopProcess } from './store-process.js';

let dataDir: string;

beforeEach(() => {
  dataDir = temporaryFolder();
});

afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

/** One sentence: a single line that ends with a full stop. */
const SENTENCE = /^[^\n]+\.\n$/;

describe('a process of the event store', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends its calls with CANCELLED and itself with 0 on %s, and finds its events again',
    async (signal) => {
      const store = await startProcess({ dataDir });
      const client = EventStoreDBClient.connectionString(store.url);
      const stream = newStream();
      await client.appendToStream(stream, events(3), { expectedRevision: NO_STREAM });
      const subscription = client.subscribeToStream(stream, { fromRevision: 2n });
      const cancelled = rejectionOf(collect(subscription));
      await new Promise((resolve) => subscription.on('caughtUp', resolve));
      expect(await stopProcess(store.child, signal)).toBe(0);
      expect(await cancelled).toBeInstanceOf(CancelledError);

      const again = await startProcess({ dataDir });
      const reader = EventStoreDBClient.connectionString(again.url);
      expect(await collect(reader.readStream(stream))).toHaveLength(3);
      await reader.dispose();
      expect(await stopProcess(again.child, 'SIGTERM')).toBe(0);
    },
  );

  it('says in one sentence that its port is taken', async () => {
    const store = await startProcess({ dataDir });
    const port = Number(/:(\d+)\?/.exec(store.url)![1]);
    const other = temporaryFolder();
    const ending = await runProcess({ dataDir: other, port });
    expect(ending).toMatchObject({ code: 1, stdout: '' });
    expect(ending.stderr).toMatch(SENTENCE);
    expect(ending.stderr).toContain('the port is taken');
    rmSync(other, { recursive: true });
    await stopProcess(store.child, 'SIGTERM');
  });

  it('says in one sentence that another one uses its folder', async () => {
    const store = await startProcess({ dataDir });
    const ending = await runProcess({ dataDir });
    expect(ending).toMatchObject({ code: 1, stdout: '' });
    expect(ending.stderr).toMatch(SENTENCE);
    expect(ending.stderr).toContain('Another event store is running on');
    await stopProcess(store.child, 'SIGTERM');
  });

  it('takes its folder at once after another one was killed on it', async () => {
    const killed = await startProcess({ dataDir });
    await stopProcess(killed.child, 'SIGKILL');
    const store = await startProcess({ dataDir });
    expect(await stopProcess(store.child, 'SIGTERM')).toBe(0);
  });

  it('says in one sentence that it cannot use its folder', async () => {
    const file = join(dataDir, 'a-file');
    writeFileSync(file, '');
    const ending = await runProcess({ dataDir: join(file, 'folder') });
    expect(ending).toMatchObject({ code: 1, stdout: '' });
    expect(ending.stderr).toMatch(SENTENCE);
    expect(ending.stderr).toContain('cannot write to');
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? it.skip : it)('says in one sentence that it may not write to its folder', async () => {
    chmodSync(dataDir, 0o500);
    const ending = await runProcess({ dataDir });
    expect(ending).toMatchObject({ code: 1, stdout: '' });
    expect(ending.stderr).toMatch(SENTENCE);
  });

  it('says in one sentence that it was given no folder', async () => {
    const ending = await runProcess({ dataDir: '' });
    expect(ending).toMatchObject({ code: 1, stdout: '' });
    expect(ending.stderr).toMatch(SENTENCE);
  });
});

describe('a full disk', () => {
  it('refuses appends clearly, acknowledges nothing, and keeps what it has', async () => {
    const store = await startProcess({ dataDir, fileLimitKib: 2_048 });
    const client = EventStoreDBClient.connectionString(store.url);
    const acknowledged: string[] = [];
    const refusals: unknown[] = [];
    // Between refusals an append may succeed in pages that were freed; then it has to be kept.
    while (refusals.length < 3) {
      const stream = newStream();
      await client
        .appendToStream(stream, events(400), { expectedRevision: NO_STREAM })
        .then(() => acknowledged.push(stream))
        .catch((error: unknown) => refusals.push(error));
    }
    for (const refusal of refusals) {
      expect((refusal as Error).message).toContain('The disk is full or fails');
    }
    for (const stream of acknowledged) {
      expect(await collect(client.readStream(stream))).toHaveLength(400);
    }
    await client.dispose();
    await stopProcess(store.child, 'SIGTERM');

    const roomy = await startProcess({ dataDir });
    const reader = EventStoreDBClient.connectionString(roomy.url);
    const all = await collect(reader.readAll());
    expect(all.filter(({ event }) => event!.type === 'Numbered')).toHaveLength(
      acknowledged.length * 400,
    );
    await reader.appendToStream(newStream(), events(400));
    await reader.dispose();
    await stopProcess(roomy.child, 'SIGTERM');
  });
});
