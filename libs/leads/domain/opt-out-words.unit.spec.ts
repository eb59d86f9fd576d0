import { describe, expect, it } from '@jest/globals';
import { optOutWords } from './opt-out-words.js';

describe('opt-out words', () => {
  it.each([
    ['STOP', 'stop'],
    ['please, opt-out!', 'opt out'],
    ['OptOut', 'opt out'],
    ['I said: don’t call me, Jane Doe, at 512 555 0100', 'dont call'],
    ['unsubscribe and cancel', 'cancel, unsubscribe'],
    ['take me off your list', 'take me off'],
  ])('are found in %j', (text, words) => {
    expect(optOutWords(text)).toBe(words);
  });

  it.each(['', 'call me later', 'the weekend is fine', 'unstoppable', '¡no me llames!'])(
    'are not in %j',
    (text) => {
      expect(optOutWords(text)).toBeNull();
    },
  );
});
