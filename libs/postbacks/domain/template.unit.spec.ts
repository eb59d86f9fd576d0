import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type CallResult } from './call-result.js';
import { MACRO_NAMES, macroValues } from './macros.js';
import { fillAddress, fillField, unknownInAddress, unknownMacros } from './template.js';

const result: CallResult = {
  ...{ leadId: 'lead-1', callId: 'call-1', transferId: 'transfer-1', mode: 'live' },
  ...{ source: null, destinationId: 'buyer-1', buyer: 'Bright & Söhne', connectedSeconds: 95 },
  ...{ stage: 'over', reason: null },
  ...{ billable: true, amountMinor: 4_250, currency: 'USD' },
  ...{ bridgedAt: '2026-03-01T12:00:00.000Z', endedAt: '2026-03-01T12:01:35.000Z' },
};
const values = macroValues(result, '+15125550100');

describe('what macros stand for', () => {
  it('is what came of the call', () => {
    expect(values).toMatchObject({
      ...{ caller_id: '+15125550100', duration: 95, buyer: 'Bright & Söhne', payout: '42.50' },
      ...{ payout_cents: 4_250, status: 'billable', billable: true, call_id: 'call-1' },
    });
  });

  it.each([
    [0, '0.00'],
    [5, '0.05'],
    [100, '1.00'],
    [-350, '-3.50'],
    [123_456_789, '1234567.89'],
    [null, null],
  ])('is %s cents as %s', (amountMinor, payout) => {
    expect(macroValues({ ...result, amountMinor }, null).payout).toBe(payout);
  });
});

describe('a template', () => {
  it('knows macros in both spellings, whatever their case', () => {
    const template = 'https://a.example/?c={caller_id}&d=[tag:duration]&p={ PAYOUT }';
    expect(fillAddress(template, values)).toBe('https://a.example/?c=%2B15125550100&d=95&p=42.50');
  });

  it('names what it does not know, each once', () => {
    expect(unknownMacros('{payuot} {payout} [tag:CallInfo:Id] {payuot} {}')).toEqual([
      ...['payuot', 'CallInfo:Id', ''],
    ]);
    expect(unknownMacros(MACRO_NAMES.map((name) => `{${name}}[tag:${name}]`).join(''))).toEqual([]);
  });

  it('names what other platforms write, for it would be sent as it stands', () => {
    expect(unknownMacros('[Call:ConversionPayout] {{payout}} {payout} [tag:payout]')).toEqual([
      ...['[Call:ConversionPayout]', '{{payout}}'],
    ]);
    expect(unknownMacros('{"a":{"b":"{payout}"}} [1] a[b]')).toEqual([]);
  });

  it('names what is left of macros in an address', () => {
    const address = (query: string) => unknownInAddress(`https://a.example/?${query}`);
    expect(address('x={payout&y={duration}')).toEqual(['{payout']);
    expect(address('x=payout}&y={duration}')).toEqual(['}']);
    expect(address('x={{payout}}&y={payuot}')).toEqual(['payuot', '{{payout}}']);
    expect(address('x={payout}&y[]=[tag:duration]&z[a]=1')).toEqual([]);
  });

  it('writes nothing for what is not known of a call', () => {
    const unknown = macroValues({ ...result, amountMinor: null }, null);
    expect(fillAddress('https://a.example/?c={caller_id}&p={payout}', unknown)).toBe(
      'https://a.example/?c=&p=',
    );
  });

  it('keeps the type of a value that is all there is of a field', () => {
    expect(fillField('{payout_cents}', values)).toBe(4_250);
    expect(fillField('{billable}', values)).toBe(true);
    expect(fillField('{source}', values)).toBeNull();
    expect(fillField('{duration} s of {buyer}', values)).toBe('95 s of Bright & Söhne');
    expect(fillField('fixed', values)).toBe('fixed');
  });

  it('never lets a value change where a request goes, or which fields it has', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (buyer) => {
        const filled = new URL(
          fillAddress('https://a.example/hook?b={buyer}&end=1', {
            ...values,
            buyer,
          }),
        );
        expect(filled.origin + filled.pathname).toBe('https://a.example/hook');
        expect([...filled.searchParams]).toEqual([
          ['b', buyer],
          ['end', '1'],
        ]);
      }),
    );
  });
});
