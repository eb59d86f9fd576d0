import {
  CallerIds,
  CallsClock,
  ChangeDialingCommand,
  ChangeDialingHandler,
  type Dialing,
  type DialingChange,
  type DialingResult,
  GetDialingHandler,
  GetDialingQuery,
} from '#libs/calls';
import { type TenantId } from '#libs/kernel';
import { operatorCall } from '../connection/operator.js';
import { type StackConnection } from '../connection/stack-connection.js';
import { knownTenant } from './known-tenant.js';

/** How a tenant dials, and whether it does. Rejects with `tenant_not_found`. */
export async function dialingStatus(
  { runner }: StackConnection,
  tenantId: TenantId,
): Promise<Dialing> {
  await knownTenant(runner, tenantId);
  return new GetDialingHandler(runner).execute(new GetDialingQuery(tenantId));
}

/** Stops a tenant's dialing, or lets it go on. Rejects with `tenant_not_found`. */
export async function changeDialing(
  { runner }: StackConnection,
  tenantId: TenantId,
  change: DialingChange,
): Promise<DialingResult> {
  await knownTenant(runner, tenantId);
  return new ChangeDialingHandler(runner, new CallsClock(), new CallerIds(runner)).execute(
    new ChangeDialingCommand(tenantId, operatorCall(), change),
  );
}
