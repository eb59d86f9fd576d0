import { describe, expect, it } from '@jest/globals';
import { runProgram } from './program.fixtures.js';
import { type Script, ScriptedServer, success } from './scripted-server.fixtures.js';
import { afterwards, scripted } from './scripted-store.fixtures.js';

describe('a defect of the client that ends processes', () => {
  const appendWithClient = `
    import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
    const client = EventStoreDBClient.connectionString(process.env.STORE_URL);
    const append = (stream, data) =>
      client.appendToStream(stream, jsonEvent({ type: 'SeatReserved', data }));`;
  const appendWithPort = `
    import { connectEventStore } from './dist/libs/event-store/index.js';
    import { randomUUID } from 'node:crypto';
    const store = connectEventStore(process.env.STORE_URL);
    const append = (stream, data) =>
      store.append(stream, 'no_stream', [{ id: randomUUID(), type: 'SeatReserved', data, metadata: {} }]);`;
  const twoInARow = `
    console.log((await append('theatre-1', {})) && (await append('theatre-2', {})) && 'alive');
    process.exit();`;
  const manyAtOnce = `
    const data = { filler: 'x'.repeat(4_000) };
    const appends = Array.from({ length: 400 }, (_, n) => append('theatre-' + n, data));
    const outcomes = await Promise.allSettled(appends);
    await new Promise((resolve) => setImmediate(resolve));
    console.log(outcomes.every(({ reason }) => reason?.code !== undefined) && 'alive');
    process.exit();`;

  /** Answers everything twice. */
  const stuttering: Script = {
    append: (request, call) => {
      for (const answer of [success(request, 0n), success(request, 0n)]) call.write(answer);
    },
  };
  /** Stops reading, so that the network fills up, and then breaks the connection. */
  const clogged = async (): Promise<string> => {
    let heard = false;
    const server = await ScriptedServer.start({
      append: (_, call) => {
        call.pause();
        if (!heard) {
          setTimeout(() => {
            server.close();
          }, 1_500);
        }
        heard = true;
      },
    });
    afterwards(() => {
      server.close();
    });
    return server.url;
  };

  it('is an answer it does not expect: the client throws where nobody can catch', async () => {
    const { url } = await scripted(stuttering);
    const { exitCode, complained } = await runProgram(url, appendWithClient + twoInARow);
    expect(complained).toMatch(/TypeError.*not iterable/s);
    expect(exitCode).not.toBe(0);
  });

  it('is an answer it does not expect: the port drops it', async () => {
    const { url } = await scripted(stuttering);
    const ended = await runProgram(url, appendWithPort + twoInARow);
    expect(ended).toEqual({ exitCode: 0, said: 'alive\n', complained: '' });
  });

  it('is a connection lost while writes wait: the client rejects promises nobody holds', async () => {
    const { exitCode, complained } = await runProgram(
      await clogged(),
      appendWithClient + manyAtOnce,
    );
    expect(complained).toMatch(/triggerUncaughtException/);
    expect(exitCode).not.toBe(0);
  });

  it('is a connection lost while writes wait: the port fails those appends, nothing else', async () => {
    const ended = await runProgram(await clogged(), appendWithPort + manyAtOnce);
    expect(ended).toEqual({ exitCode: 0, said: 'alive\n', complained: '' });
  });
});
