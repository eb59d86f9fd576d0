import { DomainError } from '#libs/kernel';

/** There is no such tenant. */
export function tenantNotFound(tenantId: string): DomainError {
  return new DomainError(
    'not_found',
    'tenant_not_found',
    `There is no tenant ${tenantId}. Create it first, or correct its name.`,
  );
}

/** The name is taken by a tenant that is not the one described. */
export function tenantExists(tenantId: string): DomainError {
  return new DomainError(
    'conflict',
    'tenant_exists',
    `There is a tenant ${tenantId} already, with another name or mode. Choose another id.`,
  );
}
