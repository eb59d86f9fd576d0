import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readPhone } from './phone.js';

const US = ['US'];

describe('a phone number at intake', () => {
  it.each([
    ['5551234567', '+15551234567', false, null],
    ['+15125551212', '+15125551212', true, 'FIXED_LINE_OR_MOBILE'],
    ['+15125550123', '+15125550123', true, 'FIXED_LINE_OR_MOBILE'],
    ['1 (512) 555-1212', '+15125551212', true, 'FIXED_LINE_OR_MOBILE'],
    ['1.512.555.1212', '+15125551212', true, 'FIXED_LINE_OR_MOBILE'],
    ['15125551212', '+15125551212', true, 'FIXED_LINE_OR_MOBILE'],
    [' 5125551212 ', '+15125551212', true, 'FIXED_LINE_OR_MOBILE'],
    ['512555121２', '+15125551212', true, 'FIXED_LINE_OR_MOBILE'],
    ['tel:+1-512-555-1212', '+15125551212', true, 'FIXED_LINE_OR_MOBILE'],
    ['\u200e+1 512 555 1212\u202c', '+15125551212', true, 'FIXED_LINE_OR_MOBILE'],
    ['+18005551212', '+18005551212', true, 'TOLL_FREE'],
    ['8445551212', '+18445551212', true, 'TOLL_FREE'],
    ['+18335551212', '+18335551212', true, 'TOLL_FREE'],
    ['+19005551212', '+19005551212', true, 'PREMIUM_RATE'],
    ['+16845551234', '+16845551234', false, null],
    ['3402345678', '+13402345678', false, null],
    ['2222222222', '+12222222222', false, null],
    ['1234567890', '+11234567890', false, null],
  ])('reads %j as %s', (raw, e164, valid, kind) => {
    expect(readPhone(raw, US)).toMatchObject({ ok: true, e164, facts: { valid, kind } });
  });

  it.each(['512-555-1212 x44', '512-555-1212 ext. 44', '512-555-1212;ext=44'])(
    'keeps the extension of %j apart',
    (raw) => {
      expect(readPhone(raw, US)).toMatchObject({
        ok: true,
        e164: '+15125551212',
        extension: '44',
        facts: { hasExtension: true },
      });
    },
  );

  it.each([
    ['', 'required'],
    ['   ', 'required'],
    ['001 512 555 1212', 'phone_unparseable'],
    ['911', 'phone_unparseable'],
    ['1-800-FLOWERS', 'phone_unparseable'],
    ['512 555 1212 / 512 555 1313', 'phone_unparseable'],
    ['sip:+15125551212@example.com', 'phone_unparseable'],
    ['anonymous', 'caller_anonymous'],
    ['Restricted', 'caller_anonymous'],
    ['7378742833', 'caller_anonymous'],
    ['+266696687', 'caller_anonymous'],
    ['0115125551212', 'country_not_allowed'],
    ['+442079460958', 'country_not_allowed'],
  ])('refuses %j as %s', (raw, code) => {
    expect(readPhone(raw, US)).toEqual({ ok: false, code });
  });

  it('tells the country from the number, not from its calling code', () => {
    expect(readPhone('+14165551212', US)).toMatchObject({ ok: true, facts: { country: 'CA' } });
    expect(readPhone('+18765551234', US)).toMatchObject({ ok: true, facts: { country: 'JM' } });
  });

  it('takes other countries where the tenant does', () => {
    expect(readPhone('+442079460958', ['US', 'GB'])).toMatchObject({
      ok: true,
      facts: { country: 'GB', areaCode: null },
    });
  });

  it('gives the same number however it is written', () => {
    const area = fc.constantFrom('512', '907', '800', '900', '500', '416', '787', '876', '684');
    const digits = fc
      .tuple(fc.oneof(area, fc.stringMatching(/^[2-9]\d{2}$/)), fc.stringMatching(/^\d{7}$/))
      .map(([code, rest]) => code + rest);
    const shapes = [
      (d: string) => d,
      (d: string) => `1${d}`,
      (d: string) => `+1${d}`,
      (d: string) => `(${d.slice(0, 3)}) ${d.slice(3, 6)}-${d.slice(6)}`,
      (d: string) => `tel:+1-${d.slice(0, 3)}-${d.slice(3)}`,
    ];
    fc.assert(
      fc.property(digits, fc.constantFrom(...shapes), (d, shape) => {
        const plain = readPhone(d, US);
        fc.pre(plain.ok);
        expect(readPhone(shape(d), US)).toEqual(plain);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        expect(typeof readPhone(raw, US).ok).toBe('boolean');
      }),
    );
  });
});
