import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AGENT, FIXED_PEOPLE, GREETINGS, QUALIFIED } from './person.js';
import { isDestination, personOf } from './population.js';

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const consumers = fc
  .integer({ min: 2_000_000_000, max: 9_999_999_999 })
  .map((digits) => `+1${digits}`)
  .filter((number) => !isDestination(number) && !FIXED_PEOPLE.has(number));

describe('whoever is behind a number', () => {
  it('is the same for the same seed', () => {
    fc.assert(
      fc.property(consumers, seeds, (number, seed) => {
        expect(personOf(number, seed)).toEqual(personOf(number, seed));
      }),
    );
  });

  it('is somebody fixed for the numbers of the sandbox, whatever the seed', () => {
    for (const [number, person] of FIXED_PEOPLE) {
      expect(personOf(number, 1)).toBe(person);
      expect(personOf(number, 2)).toBe(person);
    }
  });

  it.each([
    'sip:desk@buyer.example',
    '+18005551234',
    '+18885551234',
    '+15125550150',
    '+15125550199',
  ])('is an agent for the destination %s', (number) => {
    expect(personOf(number, 1)).toBe(AGENT);
  });

  it.each(['+15125550149', '+15125550200', '+12125557001', '+18015551234'])(
    'is a consumer for %s',
    (number) => {
      expect(isDestination(number)).toBe(false);
    },
  );

  it('is a machine with one of all greetings', () => {
    const crowd = Array.from({ length: 4_000 }, (_, n) => personOf(`+1212555${1_000 + n}`, 7));
    const machines = crowd.filter(({ kind }) => kind === 'machine');
    const said = machines.map(({ replies: [first] }) =>
      typeof first === 'object' && 'speech' in first ? first.speech : null,
    );
    expect(new Set(said)).toEqual(new Set(GREETINGS));
  });

  it('mostly qualifies, and often enough does not', () => {
    const crowd = Array.from({ length: 4_000 }, (_, n) => personOf(`+1212555${1_000 + n}`, 7));
    const share = (holds: (person: (typeof crowd)[number]) => boolean) =>
      crowd.filter(holds).length / crowd.length;
    const qualifies = { ...QUALIFIED, ringSeconds: 0 };
    expect(share((person) => isSame(person, qualifies))).toBeCloseTo(0.62, 1);
    expect(share(({ line }) => line === 'no_answer')).toBeCloseTo(0.11, 1);
    expect(share(({ kind }) => kind === 'machine')).toBeCloseTo(0.08, 1);
    expect(new Set(crowd.map(({ ringSeconds }) => ringSeconds)).size).toBeGreaterThan(10);
  });
});

function isSame(person: object, other: object): boolean {
  return JSON.stringify({ ...person, ringSeconds: 0 }) === JSON.stringify(other);
}
