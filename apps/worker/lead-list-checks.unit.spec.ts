import { DEFAULT_DNC_RULES } from '#events/leads';
import { type TenantId } from '#libs/kernel';
import { type EligibilityLookups } from '#libs/leads';
import { describe, expect, it } from '@jest/globals';
import { LeadListChecks } from './lead-list-checks.js';

const PHONE = { e164: '+12125550142', phoneHash: 'hash-1' };
const AT = '2026-11-16T16:00:00.000Z';

describe('the lists right before a call', () => {
  it('are asked as they are at receipt, for brands and sellers and what lists mean', async () => {
    const dnc = {
      outcome: 'listed' as const,
      lists: ['national'],
      checkedAt: AT,
      listVersion: '1',
    };
    const entry = { suppressionEntryId: 'entry', suppressionScope: 'brand' as const };
    const said = { ...entry, dnc, dncRules: { ...DEFAULT_DNC_RULES, version: 3 } };
    const asked: unknown[] = [];
    const checks = new LeadListChecks({
      checks: ({ tenantMode, countries, consentMaxAgeDays }, lead) => {
        asked.push(lead);
        const policy = { tenantMode, countries: [...countries], consentMaxAgeDays };
        return Promise.resolve({ ...policy, policyVersion: 1, ...said });
      },
      suppressedSellers: (_, phone, sellers) => {
        asked.push(phone);
        return Promise.resolve(sellers.slice(0, 1));
      },
    });
    const lead = { ...PHONE, brands: ['Acme'] };
    expect(await checks.check('acme' as TenantId, lead, null, AT)).toEqual(said);
    expect(await checks.suppressedSellers('acme' as TenantId, PHONE, ['a', 'b'], AT)).toEqual([
      'a',
    ]);
    expect(asked).toEqual([lead, PHONE]);
  });

  it('are asked again where the last answer is a day old', async () => {
    const valid: (number | undefined)[] = [];
    const dnc = { outcome: 'clear' as const, lists: [], checkedAt: null, listVersion: null };
    const lookups: Pick<EligibilityLookups, 'checks' | 'suppressedSellers'> = {
      suppressedSellers: () => Promise.resolve([]),
      checks: (policy, _phone, _at, _answered, validMs) => {
        valid.push(validMs);
        const { tenantMode, countries, consentMaxAgeDays } = policy;
        const rest = { tenantMode, countries: [...countries], consentMaxAgeDays };
        const clear = { policyVersion: 1, suppressionEntryId: null, suppressionScope: null };
        return Promise.resolve({ ...rest, ...clear, dnc, dncRules: null });
      },
    };
    const checks = new LeadListChecks(lookups);
    const phone = { e164: '+12125550142', phoneHash: 'hash-1', brands: [] };
    await checks.check('acme' as TenantId, phone, null, '2026-11-16T16:00:00.000Z');
    expect(valid).toEqual([24 * 3_600_000]);
  });
});
