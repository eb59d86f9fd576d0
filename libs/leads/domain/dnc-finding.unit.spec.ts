import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { blockingLists, findDnc, hasWrittenConsent } from './dnc-finding.js';
import { DEFAULT_DNC_RULES } from './dnc-matrix.js';
import { DNC_LISTS, DNC_RULES, type DncMatrix, type DncRules } from './dnc-rules.events.js';
import { aConsent, RECEIVED_AT } from './lead.fixtures.js';
import { type ConsentEvidence, type DncAnswer } from './lead.events.js';

const anyRule = fc.constantFrom(...DNC_RULES);
/** Anything that might be stored, also what no setting may be. */
const anyMatrix: fc.Arbitrary<DncMatrix> = fc.record({
  ...{ national: anyRule, state: anyRule, internal: anyRule },
  ...{ litigator: anyRule, wireless: anyRule, reassigned: anyRule },
});
const anyLists = fc.subarray<string>([...DNC_LISTS, 'a list of tomorrow']);
const anyConsent = fc.constantFrom(null, aConsent(), aConsent({ problems: ['x_missing'] }));

const answer = (lists: readonly string[]): DncAnswer => ({
  ...{ outcome: lists.length > 0 ? 'listed' : 'clear', lists: [...lists] },
  ...{ checkedAt: RECEIVED_AT, listVersion: null },
});
const rules = (matrix: Partial<DncMatrix>, version = 1): DncRules => ({
  ...{ version, matrix: { ...DEFAULT_DNC_RULES.matrix, ...matrix } },
});
const blocked = (matrix: DncMatrix, lists: string[], consent: ConsentEvidence | null) =>
  blockingLists(findDnc(answer(lists), { version: 1, matrix }, consent));

describe('what do-not-call lists mean for a lead', () => {
  it('is told list by list, with the version of the rules and whether there was consent', () => {
    const loosened = rules({ national: 'allow_with_written_consent', wireless: 'allow' }, 7);
    const lists = ['national', 'state', 'wireless'];
    expect(findDnc(answer(lists), loosened, aConsent())).toEqual({
      rulesVersion: 7,
      writtenConsent: true,
      answers: {
        ...{ national: 'allowed_by_written_consent', state: 'blocked', internal: 'clear' },
        ...{ litigator: 'clear', wireless: 'allowed', reassigned: 'clear' },
      },
    });
  });

  it('is nothing where nobody answered', () => {
    for (const outcome of ['not_checked', 'failed'] as const) {
      const silence = { ...answer([]), outcome, checkedAt: null };
      expect(findDnc(silence, DEFAULT_DNC_RULES, aConsent())).toBeNull();
    }
    expect(blockingLists(null)).toEqual([]);
  });

  it('is by default that everything blocks but a mobile line with written consent', () => {
    const { matrix } = DEFAULT_DNC_RULES;
    const all = [...DNC_LISTS];
    expect(blocked(matrix, all, aConsent())).toEqual(all.filter((list) => list !== 'wireless'));
    expect(blocked(matrix, all, null)).toEqual(all);
  });
});

describe('whatever the rules', () => {
  it('loosening one of them never blocks more', () => {
    const looser = fc.record({ list: fc.constantFrom(...DNC_LISTS), rule: anyRule });
    fc.assert(
      fc.property(anyMatrix, looser, anyLists, anyConsent, (matrix, change, lists, consent) => {
        const before = matrix[change.list];
        fc.pre(DNC_RULES.indexOf(change.rule) >= DNC_RULES.indexOf(before));
        const after = { ...matrix, [change.list]: change.rule };
        const stricter = blocked(matrix, lists, consent);
        expect(stricter).toEqual(expect.arrayContaining(blocked(after, lists, consent)));
      }),
    );
  });

  it('consent never blocks more', () => {
    fc.assert(
      fc.property(anyMatrix, anyLists, anyConsent, (matrix, lists, consent) => {
        const without = blocked(matrix, lists, consent);
        expect(without).toEqual(expect.arrayContaining(blocked(matrix, lists, aConsent())));
      }),
    );
  });

  it.each(['internal', 'litigator', 'reassigned', 'a list of tomorrow'])(
    'nobody on %s is called, even by settings that should not exist',
    (list) => {
      fc.assert(
        fc.property(anyMatrix, anyLists, (matrix, lists) => {
          expect(blocked(matrix, [...lists, list], aConsent())).toContain(list);
        }),
      );
    },
  );

  it('a lead that is on no list is blocked by none', () => {
    fc.assert(
      fc.property(anyMatrix, anyConsent, (matrix, consent) => {
        expect(blocked(matrix, [], consent)).toEqual([]);
      }),
    );
  });
});

describe('written consent', () => {
  it.each([
    ['no consent', null],
    ['a part that is missing', aConsent({ problems: ['source_url_missing'] })],
    ['no time', aConsent({ timestamp: null })],
    ['no text', aConsent({ textVersion: null })],
    ['no page', aConsent({ hasSourceUrl: false })],
  ])('is not there with %s', (_, consent) => {
    expect(hasWrittenConsent(consent)).toBe(false);
  });

  it('is there with time, text and page', () => {
    expect(hasWrittenConsent(aConsent())).toBe(true);
  });
});
