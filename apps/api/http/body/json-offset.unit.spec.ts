import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { jsonErrorOffset } from './json-offset.js';

describe('the place where a text stops being JSON', () => {
  it.each([
    ['', 0],
    ['   ', 3],
    ['{', 1],
    ['{"a"', 4],
    ['{"a" 1}', 5],
    ['{"a":}', 5],
    ['{"a":1', 6],
    ['{"a":1,}', 7],
    ['{a:1}', 1],
    ["{'a':1}", 1],
    ['[1,]', 3],
    ['[1 2]', 3],
    ['{"a":1}}', 7],
    ['{"a":01}', 6],
    ['{"a":NaN}', 5],
    ['{"a":"b\nc"}', 5],
    ['{"a":tru}', 5],
    ['{"a":[}', 6],
    ['\ufeff{}', 0],
  ])('of %j is %d', (text, offset) => {
    expect(jsonErrorOffset(text)).toBe(offset);
  });

  it('is nowhere for every text the engine accepts', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(jsonErrorOffset(text)).toBeNull();
      }),
    );
  });

  it('is somewhere exactly when the engine refuses', () => {
    const nearlyJson = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', ':', '0', '\\', 'x'))
      .map(([text, at, char]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + char + text.slice(place + (char === '' ? 1 : 0));
      });
    fc.assert(
      fc.property(nearlyJson, (text) => {
        expect(jsonErrorOffset(text) === null).toBe(accepts(text));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is found in any depth', () => {
    expect(jsonErrorOffset('['.repeat(30_000))).toBe(30_000);
  });
});

function accepts(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
