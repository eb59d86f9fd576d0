import { describe, expect, it } from '@jest/globals';
import { type LogMessage } from './port.js';
import { caughtUp, checkpoint, event } from './scripted-server.fixtures.js';
import { followed, scripted, subscribed } from './scripted-store.fixtures.js';
import { anEvent } from './theatre.fixtures.js';

const metadata = JSON.stringify(anEvent().metadata);

describe('a checkpoint', () => {
  const positions = (messages: readonly LogMessage[]) =>
    messages.flatMap((message) => (message.kind === 'checkpoint' ? [message.position] : []));

  it('is handed out after the events before it', async () => {
    const messages = await subscribed([event(10n), event(20n), checkpoint(25n)]);
    expect(messages.map(({ kind }) => kind)).toEqual(['event', 'event', 'checkpoint']);
  });

  it.each([
    ['of 2^64-1', 2n ** 64n - 1n],
    ['beyond the end of the log', 1_001n],
    ['at the last event', 20n],
    ['before the last event', 15n],
  ])('%s is ignored', async (_, position) => {
    expect(positions(await subscribed([event(20n), checkpoint(position)]))).toEqual([]);
  });

  it('at or before the position a subscription began after is ignored', async () => {
    expect(positions(await subscribed([checkpoint(50n)], 50n))).toEqual([]);
    expect(positions(await subscribed([checkpoint(51n)], 50n))).toEqual([51n]);
  });
});

describe('a slow reader', () => {
  it('makes the server wait, and gets everything in the end', async () => {
    const count = 4_000;
    const data = JSON.stringify({ seat: 1, filler: 'x'.repeat(4_000) });
    let sent = 0;
    const { store } = await scripted({
      read: (call) => {
        const send = (): void => {
          while (sent < count && call.write(event(BigInt((sent += 1)), { data })));
          if (sent < count) call.once('drain', send);
          else call.write(caughtUp());
        };
        send();
      },
    });
    const { signal } = new AbortController();
    const positions: bigint[] = [];
    for await (const message of store.subscribeToAll({
      after: null,
      streamPrefixes: ['t'],
      signal,
    })) {
      if (message.kind === 'caught_up') break;
      if (positions.length === 0) {
        for (let turn = 0; turn < 2_000; turn += 1) await new Promise(setImmediate);
        expect(sent).toBeLessThan(count / 2);
      }
      if (message.kind === 'event') positions.push(message.event.position);
    }
    expect(positions).toEqual(Array.from({ length: count }, (_, n) => BigInt(n + 1)));
  });
});

describe('following the log', () => {
  it('skips an event of an unknown type, says so, and remembers that it was passed', async () => {
    const { messages, unknown } = await followed([
      event(1n, { type: 'FromTheFuture' }),
      event(2n, { metadata }),
    ]);
    expect(unknown).toEqual(['FromTheFuture']);
    expect(messages).toMatchObject([
      { kind: 'checkpoint', position: 1n },
      { kind: 'event', event: { position: 2n, data: { seat: 1 } } },
    ]);
  });
});
