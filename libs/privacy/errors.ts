import { DomainError, type TenantId } from '#libs/kernel';

/** The keys of personal data cannot be reached, so it can be neither sealed nor opened now. */
export function dataKeysUnavailable(cause?: unknown): DomainError {
  return new DomainError(
    'unavailable',
    'data_keys_unavailable',
    'The keys that protect personal data cannot be reached. Nothing was stored; send the same request again.',
    { cause },
  );
}

/** A tenant without an identity key: its database is not the one its leads came in with. */
export function tenantSecretMissing(tenantId: TenantId): DomainError {
  return new DomainError(
    'unavailable',
    'tenant_secret_missing',
    `Tenant ${tenantId} has no identity key in this database. Restore table tenant_secret from a backup.`,
  );
}
