import { describe, expect, it } from '@jest/globals';
import { countPresses } from './interruption.js';

describe('Ctrl-C', () => {
  it('counts once when npm passes on what the terminal sent already', () => {
    const count = countPresses();
    expect([0, 3, 40].map(count)).toEqual([1, 1, 1]);
  });

  it('counts twice when it is pressed twice', () => {
    const count = countPresses();
    expect([0, 5, 900, 905].map(count)).toEqual([1, 1, 2, 2]);
  });
});
