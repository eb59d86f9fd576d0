import { type TenantEvent, tenantStream } from '#libs/accounts';
import { type CommandRunner } from '#libs/event-store';
import { DomainError, type TenantId } from '#libs/kernel';

/** What a tenant was made with. Rejects with `tenant_not_found`. */
export async function knownTenant(
  runner: CommandRunner,
  tenantId: TenantId,
): Promise<Extract<TenantEvent, { type: 'TenantCreated' }>['data']> {
  const [created] = await runner.history<TenantEvent>(tenantStream(tenantId));
  if (created !== undefined) return created.data;
  throw new DomainError(
    'not_found',
    'tenant_not_found',
    `There is no tenant ${tenantId}; see tenants list.`,
  );
}
