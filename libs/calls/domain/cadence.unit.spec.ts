import { describe, expect, it } from '@jest/globals';
import { waitMinutesAfter } from './cadence.js';
import { type CallDisposition } from './call.events.js';

const settings = {
  spacingMinutes: 30,
  cadence: [
    { last: 'no_answer', beforeLast: 'no_answer', waitMinutes: 240 },
    { last: 'no_answer', beforeLast: null, waitMinutes: 60 },
    { last: 'busy', beforeLast: null, waitMinutes: 5 },
  ],
} as const;
const wait = (...dispositions: CallDisposition[]) =>
  waitMinutesAfter(
    { ...settings, cadence: [...settings.cadence] },
    dispositions.map((disposition) => ({ disposition })),
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
    expect(wait(...dispositions)).toBe(minutes);
  });
});
