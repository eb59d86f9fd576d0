import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type TenantId } from '#libs/kernel';
import { lineOfCells, statementOfJson } from '../domain/reading/statement-json.js';
import { LineIds, statementIdOf } from './statement-ids.js';

const terms = {
  ...{ destinationId: 'd', from: '2026-07-01', to: '2026-08-01', timeZone: 'UTC' },
  ...({ amountUnit: 'by_name', currency: 'USD' } as const),
  aliases: [],
};
const statementId = statementIdOf('acme' as TenantId, terms);
const idsOf = (lines: readonly string[]) => {
  const ids = new LineIds(statementId);
  return lines.map((line) => ids.next(line));
};

describe('the lines of a statement', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });

  it('have ids of their own, the same ones in whatever order they stand', () => {
    fc.assert(
      fc.property(lines, (some) => {
        const ids = idsOf(some);
        expect(new Set(ids).size).toBe(some.length);
        expect(idsOf(some.toReversed()).sort()).toEqual(ids.sort());
      }),
    );
  });

  it('keep their ids when more lines are added', () => {
    fc.assert(
      fc.property(lines, lines, (some, more) => {
        expect(idsOf([...some, ...more]).slice(0, some.length)).toEqual(idsOf(some));
      }),
    );
  });

  it('are others in another statement', () => {
    const zenith = statementIdOf('zenith' as TenantId, terms);
    const june = statementIdOf('acme' as TenantId, { ...terms, from: '2026-06-01' });
    const named = [{ field: 'caller', name: 'Prospect' }];
    const renamed = statementIdOf('acme' as TenantId, { ...terms, aliases: named });
    const all = [statementId, zenith, june, renamed];
    expect(new Set(all.map((id) => new LineIds(id).next('a'))).size).toBe(4);
    expect(statementIdOf('acme' as TenantId, { ...terms })).toBe(statementId);
  });

  it('are the same in whatever currency, said or not', () => {
    for (const currency of ['EUR', null]) {
      expect(statementIdOf('acme' as TenantId, { ...terms, currency })).toBe(statementId);
    }
  });

  it('are taken from JSON as they were written, and from tables without what is blank', () => {
    const text = '\ufeff{"currency":"USD","rows":[{"id":12345678901234567890,"payout":42.50}]}';
    expect(statementOfJson(text)).toEqual({
      ...{ fields: { currency: 'USD' }, rows: ['{"id":"12345678901234567890","payout":"42.50"}'] },
    });
    expect(statementOfJson('{"rows":{}}')).toEqual({ fields: {}, rows: null });
    expect(['[]', 'null', '{'].map(statementOfJson)).toEqual([null, null, null]);
    expect(lineOfCells(['a', 'b', 'c'], ['1', ' ', ' x '])).toBe('{"a":"1","c":"x"}');
  });
});
