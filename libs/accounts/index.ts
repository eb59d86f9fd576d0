export { AccountsClock } from './application/accounts-clock.js';
export {
  API_KEY_PREFIX,
  apiKeyStream,
  TENANT_PREFIX,
  tenantStream,
} from './application/account-streams.js';
export { ApiKeyIssuer, type ApiKeyTerms, type IssuedApiKey } from './application/api-key-issuer.js';
export type { Caller } from './application/caller.js';
export {
  type ApiKeyWish,
  CreateApiKeyCommand,
  CreateApiKeyHandler,
} from './application/create-api-key.handler.js';
export {
  CreateTenantCommand,
  CreateTenantHandler,
  type CreateTenantResult,
} from './application/create-tenant.handler.js';
export {
  RevokeApiKeyCommand,
  RevokeApiKeyHandler,
  type RevokeApiKeyResult,
} from './application/revoke-api-key.handler.js';
export {
  RotateApiKeyCommand,
  RotateApiKeyHandler,
  type RotatedApiKey,
  ROTATION_OVERLAP_SECONDS_DEFAULT,
} from './application/rotate-api-key.handler.js';
export { accountEvents } from './domain/account-events.js';
export {
  ApiKeyCreated,
  type ApiKeyCreatedData,
  type ApiKeyEvent,
  type ApiKeyKind,
  type ApiKeyMode,
  ApiKeyRevoked,
  type ApiKeyRole,
  ApiKeyRotated,
  type ApiKeyScope,
} from './domain/api-key.events.js';
export { parseApiKey, type ParsedApiKey } from './application/api-key-text.js';
export { TenantCreated, type TenantEvent, type TenantMode } from './domain/tenant.events.js';
export {
  ApiKeyUsage,
  type ApiKeyUsageStore,
  type LastUse,
} from './infrastructure/api-key-usage.js';
export {
  type AuthenticatedKey,
  type Authentication,
  KeyDirectory,
  type KeyDirectoryOptions,
  type RefusedKey,
} from './infrastructure/key-directory.js';
export { PostgresApiKeyUsageStore } from './infrastructure/postgres-api-key-usage.js';
