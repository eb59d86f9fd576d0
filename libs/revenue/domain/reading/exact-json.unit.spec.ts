import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { elementsOf, parseExactly } from './exact-json.js';

/** Numbers as senders write them, each with what stands around it in a text, too. */
const written = fc.oneof(
  fc.constantFrom('0', '-0', '7', '-7', '42.50', '1e3', '1E+3', '-0.0', '0e0', '5.0', '-1e-7'),
  fc.constantFrom('123456789012345', '1234567890123456', '-1234567890123456', '9007199254740993'),
  fc.bigInt().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const blank = fc.constantFrom('', ' ', '\n\t ');
const text = fc.oneof(fc.string(), written, fc.constantFrom('a: 1.5', '[2e3', ', -0')).map(quoted);

function quoted(value: string): string {
  return JSON.stringify(value);
}

const { json } = fc.letrec<{ readonly json: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(blank, written, blank).map((parts) => parts.join('')),
    ...[text, fc.constantFrom('true', 'false', 'null')],
    fc.array(tie('json')).map((elements) => `[${elements.join(',')}]`),
    fc
      .array(fc.tuple(fc.oneof(text, fc.constant('"__proto__"')), blank, tie('json')))
      .map((members) => `{${members.map(([name, gap, of]) => `${name}:${gap}${of}`).join(',')}}`),
  ),
}));

/** The same by the words of the text: whatever is no string and begins as a number is one. */
function plainly(document: string): unknown {
  const words = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;
  return JSON.parse(
    document.replace(words, (word) => (word.startsWith('"') ? word : quoted(word))),
  );
}

describe('JSON that is read exactly', () => {
  it('has its numbers as they were written, wherever they are, and all else as it is', () => {
    fc.assert(
      fc.property(json, (document) => {
        expect(parseExactly(document)).toStrictEqual(plainly(document));
      }),
      { numRuns: 2_000 },
    );
  });

  it('keeps the names of one sender, whatever another called theirs before', () => {
    parseExactly('{"own":1,"\\\\u00e":2}');
    expect(parseExactly('{"own":1,"\\u00e9tage":2}')).toEqual({ own: '1', étage: '2' });
    expect(parseExactly('{"own":1.0,"\\u00e9tage":2}')).toEqual({ own: '1.0', étage: '2' });
    expect(elementsOf('[{"own":1.0,"\\u00e9tage":2}]')).toEqual(['{"own":1.0,"étage":2}']);
  });

  it.each(['', '{', '01', '{"a":1.}', '[1,]', 'NaN'])('is none, as %j', (document) => {
    expect(parseExactly(document)).toBeUndefined();
  });
});
