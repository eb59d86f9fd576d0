import {
  AccountsClock,
  type ApiKeyCreatedData,
  ApiKeyIssuer,
  type ApiKeyWish,
  CreateApiKeyCommand,
  CreateApiKeyHandler,
  CreateTenantCommand,
  CreateTenantHandler,
  type CreateTenantResult,
  type IssuedApiKey,
  RevokeApiKeyCommand,
  RevokeApiKeyHandler,
  RotateApiKeyCommand,
  RotateApiKeyHandler,
  type RotatedApiKey,
  type TenantEvent,
  type TenantMode,
  tenantStream,
} from '#libs/accounts';
import { type ApiKeyId, DomainError, type TenantId } from '#libs/kernel';
import { operatorCall } from '../connection/operator.js';
import { type StackConnection } from '../connection/stack-connection.js';

/** Makes a tenant, or finds it made. */
export function createTenant(
  { runner, secrets }: StackConnection,
  tenantId: TenantId,
  name: string,
  mode: TenantMode,
): Promise<CreateTenantResult> {
  return new CreateTenantHandler(runner, secrets, new AccountsClock()).execute(
    new CreateTenantCommand(tenantId, name, mode, operatorCall()),
  );
}

/** Every tenant, by its id. */
export async function listTenants({
  database,
  runner,
}: StackConnection): Promise<TenantEvent['data'][]> {
  // A tenant's identity key is made before the tenant, so no tenant is missing here.
  const rows = await database.kysely
    .selectFrom('tenantSecret')
    .select('tenantId')
    .orderBy('tenantId')
    .execute();
  const histories = await Promise.all(
    rows.map(({ tenantId }) => runner.history<TenantEvent>(tenantStream(tenantId as TenantId))),
  );
  return histories.flatMap(([created]) => (created === undefined ? [] : [created.data]));
}

/** Gives a tenant a key. Its text is in the result and nowhere else. */
export function createKey(
  { runner }: StackConnection,
  tenantId: TenantId,
  wish: ApiKeyWish,
): Promise<IssuedApiKey> {
  return new CreateApiKeyHandler(runner, new ApiKeyIssuer(runner), new AccountsClock()).execute(
    new CreateApiKeyCommand(tenantId, wish, operatorCall()),
  );
}

/** Replaces a key, whoever's it is. */
export async function rotateKey(
  stack: StackConnection,
  keyId: string,
  overlapSeconds: number | undefined,
): Promise<RotatedApiKey> {
  const { tenantId } = await existingKey(stack, keyId);
  const { runner } = stack;
  return new RotateApiKeyHandler(runner, new ApiKeyIssuer(runner), new AccountsClock()).execute(
    new RotateApiKeyCommand(
      tenantId as TenantId,
      keyId as ApiKeyId,
      operatorCall(),
      overlapSeconds,
    ),
  );
}

/** Withdraws a key, whoever's it is. */
export async function revokeKey(
  stack: StackConnection,
  keyId: string,
  reason: string,
): Promise<void> {
  const { tenantId } = await existingKey(stack, keyId);
  await new RevokeApiKeyHandler(stack.runner, new AccountsClock()).execute(
    new RevokeApiKeyCommand(tenantId as TenantId, keyId as ApiKeyId, reason, operatorCall()),
  );
}

async function existingKey({ runner }: StackConnection, keyId: string): Promise<ApiKeyCreatedData> {
  const state = await new ApiKeyIssuer(runner).load(keyId as ApiKeyId);
  if (state.status !== 'absent') return state.key;
  throw new DomainError(
    'not_found',
    'api_key_not_found',
    `There is no key ${keyId}; see keys list --tenant <id>.`,
  );
}
