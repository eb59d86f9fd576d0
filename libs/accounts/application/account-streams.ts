import type { ApiKeyId, TenantId } from '#libs/kernel';

/** What the names of tenants' streams begin with, for filters on the log. */
export const TENANT_PREFIX = 'tenant-';
/** What the names of keys' streams begin with, for filters on the log. */
export const API_KEY_PREFIX = 'apiKey-';

/** The stream of everything that happens to a tenant itself. */
export function tenantStream(tenantId: TenantId): string {
  return `${TENANT_PREFIX}${tenantId}`;
}

/** The stream of everything that happens to an API key. */
export function apiKeyStream(keyId: ApiKeyId): string {
  return `${API_KEY_PREFIX}${keyId}`;
}
