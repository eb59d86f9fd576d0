import { DomainError } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type FilterSet } from '#libs/filters';
import { aDialingWish, someDialingSettings } from './dialing.fixtures.js';
import { MACHINE_DETECTIONS } from './machine-detection.js';
import { readDialingSettings, writeDialingSettings } from './dialing-settings.js';

/** Every fault as `field:code`; none if the settings are fine. */
function faults(wish: unknown): string[] {
  try {
    readDialingSettings(wish);
    return [];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    expect(error.code).toBe('validation_failed');
    const details = error.details as readonly { field: string; code: string }[];
    return details.map(({ field, code }) => `${field}:${code}`);
  }
}

const inTexas: FilterSet = {
  op: 'and',
  rules: [{ field: 'lead.state', op: 'eq', value: 'TX' }],
};

describe('dialing settings', () => {
  it('need a caller, a seller, an offering, a number and a script; the rest has defaults', () => {
    expect(readDialingSettings(aDialingWish())).toEqual(someDialingSettings());
    expect(faults({})).toEqual([
      'telemarketer:required',
      'seller:required',
      'offering:required',
      'calling_numbers:required',
      'script_id:required',
    ]);
  });

  it('keep what is not named, and replace what is', () => {
    const base = someDialingSettings({ attemptsMax: 4, callerIdName: 'LEADLINE' });
    const after = readDialingSettings({ ring_seconds: 40, caller_id_name: null }, base);
    expect(after).toEqual({ ...base, ringSeconds: 40, callerIdName: null });
  });

  it('are refused with everything that is wrong at once', () => {
    const wish = aDialingWish({ seller: ' ', ring_seconds: 5, attempts_max: 'many', colour: 1 });
    expect(faults(wish)).toEqual([
      'seller:required',
      'attempts_max:wrong_type',
      'ring_seconds:out_of_range',
      'colour:unknown_field',
    ]);
    expect(faults('settings')).toEqual(['(body):wrong_type']);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no number', { calling_numbers: [] }, 'calling_numbers:too_few'],
    ['a national number', { calling_numbers: ['6465550100'] }, 'calling_numbers.0:wrong_format'],
    ['a number that is none', { calling_numbers: [16465550100] }, 'calling_numbers.0:wrong_type'],
    ['a number by itself', { calling_numbers: '+16465550100' }, 'calling_numbers:wrong_type'],
    ['a script that is no UUID', { script_id: 'main' }, 'script_id:wrong_format'],
    ['a number that stores badly', { seller: 'a\0b' }, 'seller:wrong_format'],
    ['a long name', { caller_id_name: 'x'.repeat(51) }, 'caller_id_name:too_long'],
    ['a phone that hardly rings', { ring_seconds: 14 }, 'ring_seconds:out_of_range'],
    ['no calls at all', { concurrent_calls_max: 0 }, 'concurrent_calls_max:out_of_range'],
    ['half a minute', { spacing_minutes: 0.5 }, 'spacing_minutes:wrong_type'],
    [
      'a rule nobody knows',
      { cadence: [{ last: 'bored', wait_minutes: 5 }] },
      'cadence.0.last:not_allowed',
    ],
    [
      'a filter that is none',
      { cadence: [{ last: 'busy', wait_minutes: 5, filter: { op: 'nor', rules: [] } }] },
      'cadence.0.filter.op:wrong_type',
    ],
    ['a rule without a wait', { cadence: [{ last: 'busy' }] }, 'cadence.0.wait_minutes:required'],
    ['a word that is none', { machine_detection: 'maybe' }, 'machine_detection:not_allowed'],
    ['a list of ranks', { source_priorities: ['a'] }, 'source_priorities:wrong_type'],
    ['a rank that is none', { source_priorities: { a: 'high' } }, 'source_priorities.a:wrong_type'],
    ['a rank too high', { source_priorities: { a: 1_001 } }, 'source_priorities.a:out_of_range'],
  ])('are refused with %s', (_, overrides, fault) => {
    expect(faults(aDialingWish(overrides))).toEqual([fault]);
  });

  it('name each number once, and are the same in whatever order ranks are sent', () => {
    const numbers = ['+16465550100', '+12125550101', '+16465550100'];
    const { callingNumbers } = readDialingSettings(aDialingWish({ calling_numbers: numbers }));
    expect(callingNumbers).toEqual(['+16465550100', '+12125550101']);
    const ranked = (source_priorities: object) =>
      JSON.stringify(readDialingSettings(aDialingWish({ source_priorities })));
    expect(ranked({ b: 1, a: 2 })).toBe(ranked({ a: 2, b: 1 }));
  });

  it('may come from a form, whose values are all text', () => {
    const wish = aDialingWish({ ring_seconds: '40', machine_detection: 'wait' });
    expect(readDialingSettings(wish)).toMatchObject({ ringSeconds: 40, machineDetection: 'wait' });
  });

  it('are read back as they are written', () => {
    const settings = fc.record({
      callerIdName: fc.option(fc.constantFrom('LEADLINE', 'Northwind')),
      concurrentCallsMax: fc.integer({ min: 1, max: 1_000 }),
      spacingMinutes: fc.integer({ min: 0, max: 10_080 }),
      cadence: fc.array(
        fc.record({
          last: fc.constantFrom('busy', 'no_answer'),
          beforeLast: fc.option(fc.constantFrom('machine', 'busy')),
          filter: fc.constantFrom(null, inTexas),
          waitMinutes: fc.integer({ min: 0, max: 43_200 }),
        }),
        { maxLength: 3 },
      ),
      machineDetection: fc.constantFrom(...MACHINE_DETECTIONS),
      sourcePriorities: fc.dictionary(
        fc.stringMatching(/^[a-z0-9-]{1,20}$/),
        fc.integer({ min: -1_000, max: 1_000 }),
      ),
    });
    fc.assert(
      fc.property(settings, (overrides) => {
        const first = readDialingSettings(writeDialingSettings(someDialingSettings(overrides)));
        expect(first).toEqual(someDialingSettings(overrides));
        expect(readDialingSettings({}, first)).toEqual(first);
      }),
    );
  });

  it('are settings or a refusal, whatever is sent', () => {
    fc.assert(
      fc.property(fc.anything(), (wish) => {
        expect(faults(wish).length).toBeGreaterThan(0);
      }),
    );
  });
});
