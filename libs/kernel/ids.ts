declare const brand: unique symbol;

/** A string that only its own kind may stand in for. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A tenant's short name, 2 to 40 characters of `a-z 0-9 -`, e.g. `demo`. Part of stream names. */
export type TenantId = Branded<'TenantId'>;
/** A lead's UUID, derived from the tenant's identity key and the phone (ADR 0004). */
export type LeadId = Branded<'LeadId'>;
/** The public part of an API key, 12 base62 characters. */
export type ApiKeyId = Branded<'ApiKeyId'>;
/** The id of a data key that seals personal data. */
export type DataKeyId = Branded<'DataKeyId'>;

const TENANT_ID = /^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$/;

/** Whether `value` has the form of a tenant id. */
export function isTenantId(value: string): value is TenantId {
  return TENANT_ID.test(value);
}
