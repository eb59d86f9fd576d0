import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SeenStreams } from './seen-streams.js';

const names = fc.uuid().map((id) => `lead-${id}`);

describe('streams that were seen', () => {
  it('are known until another takes their place', () => {
    fc.assert(
      fc.property(fc.uniqueArray(names, { minLength: 1, maxLength: 50 }), (streams) => {
        const seen = new SeenStreams();
        for (const stream of streams) seen.note(stream);
        expect(streams.filter((stream) => seen.has(stream)).length).toBeGreaterThan(
          streams.length - 3,
        );
        expect(seen.has(streams.at(-1) ?? '')).toBe(true);
      }),
    );
  });

  it('are not taken for others, even where places are few', () => {
    const seen = new SeenStreams(16);
    const noted = Array.from({ length: 10_000 }, (_, n) => `lead-${n}`);
    for (const stream of noted) seen.note(stream);
    expect(noted.filter((stream) => seen.has(stream))).toHaveLength(16);
    const others = Array.from({ length: 100_000 }, (_, n) => `other-${n}`);
    expect(others.filter((stream) => seen.has(stream)).length).toBeLessThan(3);
  });
});
