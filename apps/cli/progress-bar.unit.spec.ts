import { describe, expect, it } from '@jest/globals';
import { ProgressBar, progressLine, walkLine } from './progress-bar.js';

describe('a progress line', () => {
  it.each([
    [0, 0, 0, '[······························]   0 %  0 of 100,000  0/s'],
    [
      25_000,
      0,
      10_000,
      '[#######·······················]  25 %  25,000 of 100,000  2,500/s  30 s left',
    ],
    // Rows of an earlier run count as done, and not for the rate.
    [
      60_000,
      50_000,
      5_000,
      '[##################············]  60 %  60,000 of 100,000  2,000/s  20 s left',
    ],
    [
      1_000,
      0,
      10_000,
      '[······························]   1 %  1,000 of 100,000  100/s  16 min 30 s left',
    ],
    [
      100,
      0,
      10_000,
      '[······························]   0 %  100 of 100,000  10/s  2 h 46 min left',
    ],
    [
      100_000,
      0,
      40_000,
      '[##############################] 100 %  100,000 of 100,000  2,500/s  0 s left',
    ],
  ])('of %d rows, %d of them before, after %d ms', (done, before, elapsedMs, line) => {
    expect(progressLine({ done, total: 100_000, before, elapsedMs })).toBe(line);
  });
});

describe('a progress line of a walk through the log', () => {
  it.each([
    [0, 0, 0, '[······························]   0 %  0 events  0/s'],
    [
      50_000,
      0.5,
      2_000,
      '[###############···············]  50 %  50,000 events  25,000/s  2 s left',
    ],
    [99_000, 1, 4_000, '[##############################] 100 %  99,000 events  24,750/s  0 s left'],
  ])('after %d events, %d of the way, in %d ms', (events, share, elapsedMs, line) => {
    expect(walkLine({ events, share, elapsedMs })).toBe(line);
  });
});

describe('a progress bar', () => {
  const outputOf = (isTTY: boolean) => {
    let written = '';
    const output = { isTTY, write: (text: string) => (written += text) };
    const bar = new ProgressBar(output as unknown as NodeJS.WriteStream);
    for (const done of [0, 1, 2, 3]) bar.show(done, 3);
    bar.end();
    return written;
  };

  it('redraws one line on a terminal, from the first row to the last', () => {
    expect(outputOf(true)).toMatch(/^\r\[·+\] +0 %.*\r\[#+\] 100 %  3 of 3.*\n$/s);
    expect(outputOf(true).match(/\n/g)).toHaveLength(1);
  });

  it('writes whole lines anywhere else', () => {
    expect(outputOf(false)).toMatch(/^\[·+\] +0 %[^\r]*\n\[#+\] 100 %[^\r]*\n$/);
  });
});
