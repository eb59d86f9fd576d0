import { type FilterSet } from '#libs/filters';
import { describe, expect, it } from '@jest/globals';
import { waitMinutesAfter } from './cadence.js';
import { type CallDisposition } from './call.events.js';

const fromRadio: FilterSet = {
  op: 'and',
  rules: [{ field: 'lead.source', op: 'eq', value: 'radio' }],
};
const settings = {
  spacingMinutes: 30,
  cadence: [
    { last: 'no_answer', beforeLast: 'no_answer', filter: null, waitMinutes: 240 },
    { last: 'no_answer', beforeLast: null, filter: null, waitMinutes: 60 },
    { last: 'busy', beforeLast: null, filter: fromRadio, waitMinutes: 2 },
    { last: 'busy', beforeLast: null, filter: null, waitMinutes: 5 },
  ],
} as const;
const wait = (dispositions: readonly CallDisposition[], source = 'web') =>
  waitMinutesAfter(
    { ...settings, cadence: [...settings.cadence] },
    dispositions.map((disposition) => ({ disposition })),
    { 'lead.source': source },
  );

describe('the wait before the next call', () => {
  it.each([
    ['the usual one before any call', [], 30],
    ['the usual one where no rule fits', ['machine'], 30],
    ['by how the last call ended', ['machine', 'busy'], 5],
    ['by how the last two ended, first rule first', ['no_answer', 'no_answer'], 240],
    ['by the last alone where the one before does not fit', ['busy', 'no_answer'], 60],
    ['by the last alone where there was only one', ['no_answer'], 60],
  ] as const)('is %s', (_, dispositions, minutes) => {
    expect(wait(dispositions)).toBe(minutes);
  });

  it('is by the lead, too, where a rule asks about it', () => {
    expect([wait(['busy'], 'radio'), wait(['busy'], 'web')]).toEqual([2, 5]);
  });
});
