import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { framed, MessageFrames } from './message-frames.js';

/** `bytes` in pieces that end at `cuts`. */
function cut(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const ends = [...cuts].sort((one, other) => one - other);
  return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index] ?? bytes.length));
}

function messagesOf(chunks: readonly Buffer[], bytesMax = 1_000) {
  const messages: Buffer[] = [];
  const frames = new MessageFrames(bytesMax, (message) => messages.push(message));
  for (const chunk of chunks) frames.push(chunk);
  return { messages, frames };
}

describe('the frames of a call', () => {
  it('come out as the messages that went in, wherever the network cut them', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 30 }).map((each) => Buffer.from(each)));
    fc.assert(
      fc.property(messages, fc.array(fc.nat({ max: 300 })), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map((message) => framed(message)));
        const { messages: came, frames } = messagesOf(cut(bytes, cuts));
        expect(came).toEqual(sent);
        expect(frames.isAmidMessage).toBe(false);
      }),
    );
  });

  it('are not copied where a message came in one piece', () => {
    const bytes = Buffer.concat([framed(Buffer.from('one')), framed(Buffer.from('two'))]);
    const { messages } = messagesOf([bytes]);
    expect(messages.map(({ buffer }) => buffer === bytes.buffer)).toEqual([true, true]);
  });

  it('tell when one of them is not complete', () => {
    const bytes = framed(Buffer.from('a message'));
    for (let end = 1; end < bytes.length; end += 1) {
      expect(messagesOf([bytes.subarray(0, end)]).frames.isAmidMessage).toBe(true);
    }
  });

  it('may hold a message of the limit, and none above', () => {
    const atLimit = framed(Buffer.alloc(100));
    expect(messagesOf([atLimit], 100).messages).toHaveLength(1);
    const above = framed(Buffer.alloc(101));
    for (const chunks of [[above], cut(above, [2])]) {
      expect(() => messagesOf(chunks, 100)).toThrow('too large: 101 bytes, and at most 100');
    }
  });
});
