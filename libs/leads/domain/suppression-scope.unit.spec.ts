import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { brandsOfLead, nameKey } from './suppression-scope.js';

describe('the name of a brand or seller', () => {
  it.each([
    ['case', 'northwind insurance'],
    ['white space around it', '  Northwind Insurance\t'],
    ['white space within it', 'North wind\n Insurance'],
    ['the form of its letters', 'Ｎorthwind Insurance'],
  ])('is the same whatever %s', (_, spelled) => {
    expect(nameKey(spelled)).toBe(nameKey('Northwind Insurance'));
  });

  it('is another where its letters are', () => {
    expect(nameKey('Northwind')).not.toBe(nameKey('Northwind Insurance'));
  });

  it('is compared by what comparing again does not change', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(nameKey(nameKey(name))).toBe(nameKey(name));
      }),
    );
  });
});

describe('the brands of a lead', () => {
  it('are its source, and none without one', () => {
    expect(brandsOfLead({ source: 'webform' })).toEqual(['webform']);
    expect(brandsOfLead({ source: null })).toEqual([]);
  });
});
