import { describe, expect, it } from '@jest/globals';
import { changesBetween } from './field-changes.js';

describe('what differs between two states', () => {
  it('is nothing between equal ones', () => {
    expect(changesBetween({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toEqual([]);
  });

  it('names fields inside objects by their path', () => {
    expect(
      changesBetween({ phone: { kind: 'a', valid: true } }, { phone: { kind: 'b', valid: true } }),
    ).toEqual([{ field: 'phone.kind', before: 'a', after: 'b' }]);
  });

  it('tells fields that came and fields that went', () => {
    expect(changesBetween({ gone: 1 }, { come: null })).toEqual([
      { field: 'gone', before: 1, after: undefined },
      { field: 'come', before: undefined, after: null },
    ]);
  });

  it('takes lists as a whole', () => {
    expect(changesBetween({ reasons: [] }, { reasons: ['suppressed'] })).toEqual([
      { field: 'reasons', before: [], after: ['suppressed'] },
    ]);
  });
});
