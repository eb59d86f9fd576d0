import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from './parse-json.js';

/** Characters that make names alike in one spelling or another. */
const letter = fc.constantFrom(
  '\\',
  '"',
  '/',
  '\n',
  '\0',
  '%',
  'u',
  '0',
  '5',
  'c',
  'n',
  'é',
  '\ud800',
);
const name = fc.oneof(
  fc.string({ unit: letter, maxLength: 6 }),
  fc.constantFrom('__proto__', '7', '%5c', '\\u005c'),
);

/** Every character in one of the ways in which JSON may have it. */
const spelled = (of: string) =>
  fc
    .tuple(...of.split('').map((character) => fc.constantFrom(...spellings(character))))
    .map((characters) => `"${characters.join('')}"`);

function spellings(character: string): string[] {
  const code = `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const short = JSON.stringify(character).slice(1, -1);
  const slashed = character === '/' ? ['\\/'] : [];
  return [code, code.toUpperCase().replace('U', 'u'), short, ...slashed];
}

const member = name.chain((of) => spelled(of).map((text) => ({ name: of, text })));
const gap = fc.constantFrom('', ' ', '\n\t');
/** An object as text, with what its members are to be called. */
const object = fc
  .array(fc.tuple(member, gap, fc.constantFrom('1', '"a\\\\"', '"\\":"', '{"\\u0025":"%25"}')))
  .map((members) => ({
    text: `{${members.map(([{ text }, blank, value]) => `${text}${blank}:${value}`).join(',')}}`,
    names: Object.keys(Object.fromEntries(members.map(([{ name: of }]) => [of, 0]))),
  }));

describe('JSON', () => {
  it('has the names its sender wrote, whatever others wrote before', () => {
    fc.assert(
      fc.property(object, ({ text, names }) => {
        expect(Object.keys(parseJson(text) as object)).toEqual(names);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['one', '{"one":1,"\\\\u00e":2}', '{"one":1,"\\u00e9tage":2}', 'étage'],
    ['two', '{"two":1,"\\\\":2}', '{"two":1,"\\"":2}', '"'],
    ['three', '{"three":1,"\\\\\\\\":2}', '{"three":1,"\\\\n":2}', '\\n'],
    ['four', '{"four":1,"\\\\n":2}', '{"four":1,"\\nx":2}', '\nx'],
    ['five', '{"five":1,"\\\\":2}', '{"five":1,"\\ud800":2}', '\ud800'],
  ])('keeps names apart that begin alike as they are written: %s', (first, theirs, ours, own) => {
    JSON.parse(theirs);
    parseJson(theirs);
    expect(parseJson(ours)).toEqual({ [first]: 1, [own]: 2 });
  });

  it('keeps what escapes stand for in values', () => {
    const text =
      '{"\\u0061":"\\u00e9\\ud83d\\ude00\\u0022\\u005c\\u000a\\\\u0041\\/\\n","b":"%22"}';
    expect(parseJson(text)).toEqual({ a: 'é😀"\\\n\\u0041/\n', b: '%22' });
  });

  it.each(['{"a":1}', '{"\\u0061":1}'])('tells how values are written: %s', (text) => {
    const revive = (value: unknown, { source }: { source?: string }) => source ?? value;
    expect(parseJson(text, revive)).toEqual({ a: '1' });
  });

  it.each(['{\\u0020"a":1}', '{"\\u00":1}', '{"\\a":1}', '{"\\n":1', '{\\"a":1}', '{"\\n\n":1}'])(
    'is none, as %j',
    (text) => {
      expect(() => parseJson(text)).toThrow(SyntaxError);
    },
  );
});
