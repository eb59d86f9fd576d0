import { type TenantId } from '#libs/kernel';
import { type EligibilityLookups } from '#libs/leads';
import { describe, expect, it } from '@jest/globals';
import { LeadListChecks } from './lead-list-checks.js';

describe('the lists right before a call', () => {
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
