import { describe, expect, it } from '@jest/globals';
import { bodyWithout, queryWithout, sentTokens } from './sent-token.js';

const token = `pb_${'a'.repeat(43)}`;
const carrier = { query: '', authorization: undefined, body: Buffer.alloc(0) };

describe('the token of a report', () => {
  it.each([
    ['the address', { query: `a=1&token=${token}` }],
    ['the address, in any casing', { query: `TOKEN=${token}` }],
    ['the address, escaped', { query: `%74oken=${token.replace('_', '%5F')}` }],
    ['a header', { authorization: `Bearer ${token}` }],
    ['a form', { body: Buffer.from(`caller=1&token=${token}&payout=2`) }],
    ['an upload form', { body: Buffer.from(`; name="token"\r\n\r\n${token}\r\n--x`) }],
    [
      'a described part of one',
      { body: Buffer.from(`; name=token\r\nContent-Type: text/plain\r\n\r\n${token}`) },
    ],
    ['JSON', { body: Buffer.from(`{"payout": 2, "token" : "${token}"}`) }],
    ['XML', { body: Buffer.from(`<call><token>${token}</token></call>`) }],
    ['an attribute', { body: Buffer.from(`<call token="${token}"/>`) }],
    ['an element of a list', { body: Buffer.from(`[{"token":"${token}"},{"token":"${token}"}]`) }],
  ])('may be in %s', (_, part) => {
    expect(sentTokens({ ...carrier, ...part })).toEqual([token]);
  });

  it('is nowhere else', () => {
    expect(sentTokens({ ...carrier, authorization: 'Basic eDp5', query: 'tokens=x' })).toEqual([]);
    expect(sentTokens({ ...carrier, body: Buffer.from(`see ${token}`) })).toEqual([]);
    expect(sentTokens({ ...carrier, body: Buffer.from(`see token ${token}`) })).toEqual([]);
  });

  it('cannot be guessed many times at once', () => {
    const query = Array.from({ length: 50 }, (_, guess) => `token=pb_${guess}`).join('&');
    expect(sentTokens({ ...carrier, query })).toHaveLength(3);
  });

  it('is taken out of what is kept, and nothing else', () => {
    const query = `a=%20+1&token=${token}&b=&a=2&from=${token}`;
    expect(queryWithout(query, token)).toBe('a=%20+1&b=&a=2&from=redacted');
    const body = Buffer.from([0xff, ...Buffer.from(`token=${token}`), 0xfe]);
    expect(bodyWithout(body, token)).toEqual(
      Buffer.from([0xff, ...Buffer.from('token=redacted'), 0xfe]),
    );
    expect(bodyWithout(Buffer.from([0xff]), token)).toEqual(Buffer.from([0xff]));
  });

  it.each([
    ['a form', (code: string) => `%${code}`],
    ['JSON', (code: string) => `\\u00${code.toUpperCase()}`],
    ['XML', (code: string) => `&#x${code};`],
    ['XML, in decimal digits', (code: string) => `&#${parseInt(code, 16)};`],
  ])('is taken out where it is escaped as in %s', (_, escape) => {
    const codes = Buffer.from(token).toString('hex').match(/../g)!;
    const whole = codes.map(escape).join('');
    const half = `pb${escape('5f')}${token.slice(3)}`;
    for (const said of [whole, half]) {
      const [query, body] = [`token=${token}&buyer=${said}`, Buffer.from(`buyer=${said}`)];
      expect(queryWithout(query, token)).toBe('buyer=redacted');
      expect(bodyWithout(body, token).toString()).toBe('buyer=redacted');
    }
  });

  it.each(['little', 'big'])('is taken out of characters of two bytes, %s end first', (end) => {
    const [said, left] = [token, 'redacted'].map((buyer) => {
      const wide = Buffer.from(JSON.stringify({ buyer, payout: 45 }), 'utf16le');
      return end === 'little' ? wide : wide.swap16();
    });
    expect(bodyWithout(said!, token)).toEqual(left);
  });
});
