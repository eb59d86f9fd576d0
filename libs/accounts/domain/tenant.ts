import type { TenantEvent, TenantMode } from './tenant.events.js';

/** A tenant's history, folded. */
export type Tenant =
  | { readonly status: 'absent' }
  | { readonly status: 'present'; readonly name: string; readonly mode: TenantMode };

/** Before anything happened. */
export function initialState(): Tenant {
  return { status: 'absent' };
}

/** Follows history without judging it. */
export function evolve(_: Tenant, { data }: TenantEvent): Tenant {
  return { status: 'present', name: data.name, mode: data.mode };
}
