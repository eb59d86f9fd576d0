import { describe, expect, it } from '@jest/globals';
import { urlProblem } from './outbound-url.js';

const publicOnly = { privateAllowed: false };
const withPrivate = { privateAllowed: true };

describe('an address that requests are to go to', () => {
  it('is https at a public name or address', () => {
    expect(urlProblem('https://partner.example/hook?x={payout}', publicOnly)).toBeNull();
    expect(urlProblem('https://8.8.8.8:8443/', publicOnly)).toBeNull();
  });

  it.each([
    ['not a url', 'invalid'],
    ['https://{payout}.example/', 'invalid'],
    ['http://partner.example/', 'not_https'],
    ['file:///etc/passwd', 'invalid'],
    ['ftp://partner.example/', 'not_https'],
    ['https://me:secret@partner.example/', 'has_credentials'],
    ['https://127.0.0.1/', 'forbidden_address'],
    ['https://0x7f.1/', 'forbidden_address'],
    ['https://2130706433/', 'forbidden_address'],
    ['https://[::1]/', 'forbidden_address'],
    ['https://[::ffff:10.0.0.1]/', 'forbidden_address'],
    ['https://localhost/', 'forbidden_address'],
    ['https://hooks.internal/', 'forbidden_address'],
    ['https://printer/', 'forbidden_address'],
    ['https://169.254.169.254/latest/meta-data', 'forbidden_address'],
  ])('is not %s', (text, problem) => {
    expect(urlProblem(text, publicOnly)).toBe(problem);
  });

  it('may be plain http in a network of one’s own, but never where clouds keep credentials', () => {
    expect(urlProblem('http://127.0.0.1:3000/', withPrivate)).toBeNull();
    expect(urlProblem('http://localhost:3000/', withPrivate)).toBeNull();
    expect(urlProblem('http://169.254.169.254/', withPrivate)).toBe('forbidden_address');
  });
});
