import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFormBody } from './form-body.js';

describe('a form body', () => {
  it('nests by brackets and by dots', () => {
    const body =
      'phone=5551234567&consent[consent_text_version]=v2&consent.source_url=https%3A%2F%2Fx';
    expect(parseFormBody(body)).toEqual({
      phone: '5551234567',
      consent: { consent_text_version: 'v2', source_url: 'https://x' },
    });
  });

  it('makes lists of repeated names and of empty brackets', () => {
    expect(parseFormBody('a=1&a=2&b[]=3&c[d][]=4&c[d][]=5')).toEqual({
      a: ['1', '2'],
      b: ['3'],
      c: { d: ['4', '5'] },
    });
  });

  it.each([
    '__proto__[x]=1',
    'a.__proto__.x=1',
    'constructor[prototype][x]=1',
    'a[prototype]=1',
    '__pro%7Fto__[x]=1',
  ])('may not reach a prototype: %s', (text) => {
    expect(() => parseFormBody(text)).toThrow(expect.objectContaining({ code: 'forbidden_key' }));
  });

  it.each(['toString', 'hasOwnProperty', 'valueOf'])('may name a group %s', (name) => {
    const form = parseFormBody(`${name}[polluted]=1&${name}[call][deep]=2`);
    expect(JSON.stringify(form)).toBe(`{"${name}":{"polluted":"1","call":{"deep":"2"}}}`);
    expect(Reflect.ownKeys(Reflect.get(Object.prototype, name) as object)).not.toContain(
      'polluted',
    );
    expect(Reflect.ownKeys(Reflect.get(Function.prototype, 'call') as object)).not.toContain(
      'deep',
    );
  });

  it('may name a field like a method of every object', () => {
    expect(Object.entries(parseFormBody('toString=1'))).toEqual([['toString', '1']]);
  });

  it.each(['a=1&a[b]=2', 'a[b]=2&a=1'])('may not use a name in two ways: %s', (text) => {
    expect(() => parseFormBody(text)).toThrow(
      expect.objectContaining({ code: 'form_field_conflict' }),
    );
  });

  it('is an object with nobody’s prototype changed, or refused, whatever it holds', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('[', ']', '.', '&', '=', '%', '__proto__', 'constructor', 'prototype', 'a'),
    );
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          try {
            expect(typeof parseFormBody(text)).toBe('object');
          } catch (error) {
            expect(error).toMatchObject({ status: 400 });
          }
          expect(Object.keys(Object.prototype)).toEqual([]);
        },
      ),
    );
  });
});
