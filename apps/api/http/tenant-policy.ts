import { type TenantId } from '#libs/kernel';
import { DEFAULT_POLICY, type IntakePolicy } from '#libs/leads';

/** A hundred years. */
const ANY_AGE_DAYS = 36_500;

/**
 * The intake policy of a tenant. In a sandbox nobody is called, so consent may be of any age there:
 * the example of the documentation works on any day.
 */
export function policyOf(tenantId: TenantId, tenantMode: IntakePolicy['tenantMode']): IntakePolicy {
  const policy = { ...DEFAULT_POLICY, tenantId, tenantMode };
  return tenantMode === 'sandbox' ? { ...policy, consentMaxAgeDays: ANY_AGE_DAYS } : policy;
}
