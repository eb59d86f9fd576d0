import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CommandRunner } from './command-runner.js';
import { connectEventStore } from './eventstoredb.adapter.js';
import { type EventStore } from './port.js';
import { runProgram } from './program.fixtures.js';
import { StoreProcess } from './store-process.fixtures.js';
import { aRun, theatreCatalog } from './theatre.fixtures.js';

describe('processes that share a store', () => {
  let process: StoreProcess;
  let store: EventStore;

  beforeAll(async () => {
    process = await StoreProcess.start();
    store = connectEventStore(process.url);
  });
  afterAll(async () => {
    await store.close();
    await process.remove();
  });

  /**
   * Takes a seat and gives it back, again and again, until told events came of it `times` times.
   */
  const program = (stream: string, seat: number, times: number): string => `
    import { CommandRunner, connectEventStore } from './dist/libs/event-store/index.js';
    import { aRun, theatreCatalog } from './dist/libs/event-store/theatre.fixtures.js';
    const store = connectEventStore(process.env.STORE_URL);
    const runner = new CommandRunner(store, theatreCatalog);
    let written = 0;
    while (written < ${times}) {
      const what = written % 2 === 0 ? 'reserve' : 'release';
      const run = aRun('${stream}', { do: what, seat: ${seat} });
      const result = await runner.run(run).catch((error) => {
        if (error.code !== 'concurrent_change') throw error;
      });
      written += result?.events.length ?? 0;
    }
    await store.close();
    console.log(written);`;

  it('may run commands on one stream at once: each event is there once, and none is lost', async () => {
    const stream = `theatre-${randomUUID()}`;
    const ended = await Promise.all(
      [0, 1, 2].map((seat) => runProgram(process.url, program(stream, seat, 100))),
    );
    for (const { said, complained } of ended) {
      expect({ said, complained }).toEqual({ said: '100\n', complained: '' });
    }
    const history = await new CommandRunner(store, theatreCatalog).history(stream);
    expect(history).toHaveLength(300);
    for (const seat of [0, 1, 2]) {
      const types = history
        .filter(({ data }) => (data as { seat: number }).seat === seat)
        .map(({ type }) => type);
      expect(types).toEqual(
        Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? 'SeatReserved' : 'SeatReleased')),
      );
    }
  });

  it('recognise a command that another one ran before it died', async () => {
    const runs = Array.from({ length: 20 }, (_, n) =>
      aRun(`theatre-${randomUUID()}`, { do: 'reserve', seat: n }),
    );
    const before = new CommandRunner(store, theatreCatalog);
    await Promise.all(runs.map((run) => before.run(run)));
    await process.kill();
    await process.restart();
    const after = new CommandRunner(store, theatreCatalog);
    for (const run of runs) {
      expect(await after.run(run)).toMatchObject({ replayed: true, revision: 0n });
    }
  });
});
