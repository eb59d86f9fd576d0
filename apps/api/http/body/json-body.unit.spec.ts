import { describe, expect, it } from '@jest/globals';
import { parseJsonBody } from './json-body.js';

describe('a JSON body', () => {
  it('may begin with a byte order mark', () => {
    expect(parseJsonBody('\ufeff{"a":1}')).toEqual({ a: 1 });
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
