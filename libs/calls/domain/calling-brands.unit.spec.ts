import { describe, expect, it } from '@jest/globals';
import { callingBrands, isCalledUnder } from './calling-brands.js';

const settings = { seller: 'Acme Insurance', telemarketer: 'Acme Leads' };

describe('the brands of calls', () => {
  it('are the seller and the telemarketer', () => {
    expect(callingBrands(settings)).toEqual(['Acme Insurance', 'Acme Leads']);
  });

  it.each(['Acme Insurance', 'ACME  leads'])('are known as %j', (name) => {
    expect(isCalledUnder(name, settings)).toBe(true);
  });

  it.each(['Acme', 'Northwind', ''])('are not %j', (name) => {
    expect(isCalledUnder(name, settings)).toBe(false);
  });
});
