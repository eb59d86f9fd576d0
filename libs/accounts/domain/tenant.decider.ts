import type { Decider, FieldError } from '#libs/kernel';
import { isTenantId } from '#libs/kernel';
import { evolve, initialState, type Tenant } from './tenant.js';
import { tenantExists } from './tenant.errors.js';
import type { TenantEvent } from './tenant.events.js';
import { invalidFields } from './validation.errors.js';

/** A business that wants to begin. */
export interface CreateTenant {
  readonly type: 'CreateTenant';
  readonly tenant: TenantEvent['data'];
}

const NAME_LENGTH_MAX = 100;

function create({ tenant }: CreateTenant, state: Tenant): TenantEvent[] {
  const errors = fieldErrors(tenant);
  if (errors.length > 0) throw invalidFields(errors);
  if (state.status === 'absent') return [{ type: 'TenantCreated', data: tenant }];
  if (state.name === tenant.name && state.mode === tenant.mode) return [];
  throw tenantExists(tenant.tenantId);
}

function fieldErrors({ tenantId, name }: TenantEvent['data']): FieldError[] {
  const errors: FieldError[] = [];
  if (!isTenantId(tenantId)) {
    const message = 'Use 2 to 40 of a-z, 0-9 and -, not beginning or ending with -.';
    errors.push({ field: 'tenant', code: 'invalid_tenant_id', message, received: tenantId });
  }
  if (name.trim() === '' || name.length > NAME_LENGTH_MAX) {
    const message = `Give a name of 1 to ${NAME_LENGTH_MAX} characters.`;
    errors.push({ field: 'name', code: 'invalid_length', message });
  }
  return errors;
}

/** Decides about one tenant. */
export const tenantDecider: Decider<Tenant, CreateTenant, TenantEvent> = {
  decide: create,
  evolve,
  initialState,
};
