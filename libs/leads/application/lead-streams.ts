import { type TenantId } from '#libs/kernel';

/** What the names of leads' streams begin with, for filters on the log. */
export const LEAD_PREFIX = 'lead-';
/** What the names of suppression entries' streams begin with, for filters on the log. */
export const SUPPRESSION_PREFIX = 'suppression-';

/** The stream of what do-not-call lists mean for a tenant. */
export function dncRulesStream(tenantId: TenantId): string {
  return `dncRules-${tenantId}`;
}

/** The stream of everything that happens to a lead. */
export function leadStream(leadId: string): string {
  return `${LEAD_PREFIX}${leadId}`;
}

/** The stream of one entry of a tenant's suppression list. Tenant ids hold no underscore. */
export function suppressionStream(tenantId: TenantId, entryId: string): string {
  return `${SUPPRESSION_PREFIX}${tenantId}_${entryId}`;
}
