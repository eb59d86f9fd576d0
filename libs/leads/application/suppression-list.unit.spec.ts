import { type TenantId } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { type SuppressionData } from '../domain/suppression.events.js';
import { SuppressionList } from './suppression-list.js';

const acme = 'acme' as TenantId;
const entry = (prefix: string | null, entryId: string) => ({ prefix, entryId }) as SuppressionData;

const ofBrand = (data: Partial<SuppressionData>) =>
  ({ phoneHash: null, prefix: null, scope: 'brand', ...data }) as SuppressionData;

function aList(): SuppressionList {
  // What was noted is told from memory alone.
  const list = new SuppressionList(undefined as never, undefined as never, undefined as never);
  list.note(acme, entry(null, 'suppressed-hash'));
  list.note(acme, entry('+1900', 'p1900'));
  list.note(acme, entry('+1512555', 'p1512555'));
  list.note(acme, ofBrand({ phoneHash: 'brand-hash', entryId: 'brand-hash.bAcme' }));
  list.note(acme, ofBrand({ prefix: '+1720', entryId: 'p1720.bAcme' }));
  return list;
}

describe('what an entry may cover, as far as one can tell without the number', () => {
  it.each([
    ['a number with an entry', 'suppressed-hash', '+1303', true],
    ['a number with an entry for a brand', 'brand-hash', '+1303', true],
    ['an area code with an entry for a brand', 'other', '+1720', true],
    ['an area code with an entry', 'other', '+1900', true],
    ['an area code with an entry for a part of it', 'other', '+1512', true],
    ['another area code', 'other', '+1303', false],
    ['a number without an area code', 'other', '+', true],
  ])('%s', (_, phoneHash, startsWith, expected) => {
    expect(aList().mayCover(acme, { phoneHash, startsWith })).toBe(expected);
  });

  it('is told for each tenant by itself', () => {
    const phone = { phoneHash: 'suppressed-hash', startsWith: '+1900' };
    expect(aList().mayCover('other' as TenantId, phone)).toBe(false);
  });
});
