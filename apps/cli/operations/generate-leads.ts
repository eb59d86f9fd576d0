import { type TenantEvent, tenantStream } from '#libs/accounts';
import { DomainError, type TenantId } from '#libs/kernel';
import {
  type GeneratedHistories,
  generateHistories,
  type GenerationRun,
  intakePolicyOf,
} from '#libs/leads';
import { type StackConnection } from '../connection/stack-connection.js';

/** How many leads, whose, which, and when they came in. */
export interface GenerateRequest {
  readonly tenantId: TenantId;
  readonly leads: number;
  readonly seed: number;
  readonly from: Date;
  readonly until: Date;
}

/** Writes made-up histories to the log. Rejects unless the tenant is a sandbox. */
export async function generateLeads(
  { eventStore: store, runner, keys, secrets }: StackConnection,
  { tenantId, ...request }: GenerateRequest,
  run: GenerationRun,
): Promise<GeneratedHistories> {
  const [created] = await runner.history<TenantEvent>(tenantStream(tenantId));
  if (created === undefined) throw tenantNotFound(tenantId);
  const policy = intakePolicyOf(tenantId, created.data.mode);
  return generateHistories({ store, keys, secrets }, { policy, ...request }, run);
}

function tenantNotFound(tenantId: TenantId): DomainError {
  return new DomainError(
    'not_found',
    'tenant_not_found',
    `There is no tenant ${tenantId}; see tenants list.`,
  );
}
