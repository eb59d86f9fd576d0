import { describe, expect, it } from '@jest/globals';
import { FRESH_MS, isAnswering } from './api-standing.js';

const ready = { isReady: true, askedMs: 1_000 };

describe('the api', () => {
  it('gives calls a voice as long as its last answer is fresh', () => {
    expect(isAnswering(ready, 1_000)).toBe(true);
    expect(isAnswering(ready, 1_000 + FRESH_MS)).toBe(true);
    expect(isAnswering(ready, 1_001 + FRESH_MS)).toBe(false);
  });

  it('gives none when it said no, or did not answer', () => {
    expect(isAnswering({ ...ready, isReady: false }, 1_000)).toBe(false);
  });

  it('gives none before it was reached', () => {
    expect(isAnswering(null, 1_000)).toBe(false);
  });
});
