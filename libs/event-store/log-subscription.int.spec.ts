import { describe, expect, it } from '@jest/globals';
import { type LogMessage } from './port.js';
import { checkpoint, event } from './scripted-server.fixtures.js';
import { followed, subscribed } from './scripted-store.fixtures.js';
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
