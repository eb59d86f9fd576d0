import { describe, expect, it } from '@jest/globals';
import { LogTail, readableLogLine } from './log-tail.js';

describe('the tail of a log', () => {
  it('keeps the last twelve lines, an unfinished one among them', () => {
    const tail = new LogTail();
    tail.add(Array.from({ length: 30 }, (_, index) => `line ${index}\n`).join(''));
    tail.add('cut o');
    tail.add('ff');
    expect(tail.lines()).toHaveLength(12);
    expect(tail.lines().slice(-2)).toEqual(['line 29', 'cut off']);
  });

  it('puts lines together that came in pieces, and leaves empty ones out', () => {
    const tail = new LogTail();
    tail.add('one\nt');
    tail.add('wo\n\n');
    expect(tail.lines()).toEqual(['one', 'two']);
  });

  it('shows a structured line as a sentence', () => {
    const line = JSON.stringify({ level: 60, msg: 'cannot go on', err: { message: 'disk full' } });
    expect(readableLogLine(line)).toBe('cannot go on: disk full');
    expect(readableLogLine('{"level":30}')).toBe('{"level":30}');
    expect(readableLogLine('{broken')).toBe('{broken');
  });

  it('does not repeat a message that is its error’s too', () => {
    expect(readableLogLine('{"msg":"boom","err":{"message":"boom"}}')).toBe('boom');
  });

  it('cuts a line that would fill the screen', () => {
    expect(readableLogLine('x'.repeat(10_000))).toHaveLength(301);
  });
});
