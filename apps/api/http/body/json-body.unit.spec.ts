import { describe, expect, it } from '@jest/globals';
import { parseJsonBody } from './json-body.js';

describe('a JSON body', () => {
  it('may begin with a byte order mark', () => {
    expect(parseJsonBody('\ufeff{"a":1}')).toEqual({ a: 1 });
  });

  it('keeps the names of fields, whatever others called theirs before', () => {
    parseJsonBody('{"one":1,"\\\\u00e":2}');
    expect(parseJsonBody('{"one":1,"\\u00e9tage":2}')).toEqual({ one: 1, étage: 2 });
    parseJsonBody('{"two":1,"\\\\":2}');
    expect(parseJsonBody('{"two":1,"\\/":2}')).toEqual({ two: 1, '/': 2 });
  });

  it('keeps what escapes stand for', () => {
    const text = '{"a":"\\u00e9\\ud83d\\ude00\\u0022\\u005c\\u000a\\\\u0041\\/\\n"}';
    expect(parseJsonBody(text)).toEqual({ a: 'é😀"\\\n\\u0041/\n' });
    expect(() => parseJsonBody('{\\u0020"a":1}')).toThrow();
  });

  it('is refused with the place where it stops being JSON', () => {
    expect(() => parseJsonBody('{"phone": 5551234567')).toThrow(
      expect.objectContaining({ status: 400, code: 'malformed_json', details: { offset: 20 } }),
    );
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"__proto__":1}]}',
    '{"\\u005f_proto__":1}',
    '{"constructor":{"prototype":{}}}',
    '{"a":{"__pro\x7fto__":1}}',
    '{"__pro\\u0000to__":1}',
    '{"con\x7fstructor":{"proto\x7ftype":{}}}',
  ])('may not reach a prototype: %s', (text) => {
    expect(() => parseJsonBody(text)).toThrow(expect.objectContaining({ code: 'forbidden_key' }));
  });

  it('may say constructor in a harmless way', () => {
    expect(parseJsonBody('{"constructor":"Smith & Sons"}')).toBeDefined();
  });

  it.each([33, 16_000])('may not be nested %d levels deep', (depth) => {
    const text = '['.repeat(depth + 1) + ']'.repeat(depth + 1);
    expect(() => parseJsonBody(text)).toThrow(expect.objectContaining({ code: 'body_too_deep' }));
  });
});
