import { describe, expect, it } from '@jest/globals';
import { isTooLarge } from './xml-size.js';

const nested = (depth: number, begin = '<a>') => begin.repeat(depth) + '</a>'.repeat(depth);
const around = (within: string) => `<a>${within}</a>`;

describe('the size of a document in XML', () => {
  it.each(['<a>', '<a b="1">', `<a b='>"/>' c="/>">`, '<!-- </a> --><a>', '<a><b/><c d="/"/>'])(
    'is how deep its elements are nested: %s',
    (begin) => {
      expect([20, 21].map((depth) => isTooLarge(nested(depth, begin)))).toEqual([false, true]);
    },
  );

  it('is how many elements it has', () => {
    const wide = (elements: number) => around('<b></b>'.repeat(elements - 1));
    expect([6_000, 6_001].map((elements) => isTooLarge(wide(elements)))).toEqual([false, true]);
  });

  it.each([
    `<![CDATA[${'<br>'.repeat(9_000)}]]>`,
    `<!-- ${'<br>'.repeat(9_000)} -->`,
    `<?php ${'<br>'.repeat(9_000)} ?>`,
    `<b c="${'<br>'.repeat(9_000)}"/>`,
  ])('is nothing that only looks like an element: %.20s', (text) => {
    expect(isTooLarge(around(text))).toBe(false);
  });

  it.each(['<a', '<a b="', '<!--', '<![CDATA[', '<?', '<'])(
    'ends where it breaks off: %s',
    (end) => {
      expect(isTooLarge(`${end}${nested(21)}`)).toBe(false);
      expect(isTooLarge(nested(21) + end)).toBe(true);
    },
  );
});
