import { describe, expect, it } from '@jest/globals';
import { LiveText } from './live-text.js';

/** A terminal of some width that remembers what it was sent. */
function terminal(columns: number) {
  const sent: string[] = [];
  const output = { columns, write: (text: string) => sent.push(text) };
  return { sent, output: output as unknown as NodeJS.WriteStream };
}

describe('a text that is drawn anew in its place', () => {
  it('takes exactly the lines of the one before away first', () => {
    const { sent, output } = terminal(80);
    const text = new LiveText(output);
    text.draw('one\ntwo');
    text.draw('three');
    text.clear();
    text.clear();
    expect(sent).toEqual(['one\ntwo\n', '\u001b[2A\u001b[J', 'three\n', '\u001b[1A\u001b[J']);
  });

  it('never wraps, since a wrapped line would be two', () => {
    const { sent, output } = terminal(6);
    new LiveText(output).draw('a long line\nok');
    expect(sent).toEqual(['a lon\nok\n']);
  });
});
