import { DomainError, type TenantId } from '#libs/kernel';
import {
  type AsOf,
  GetLeadHistoryHandler,
  GetLeadHistoryQuery,
  type HistoryEntry,
  LeadReader,
  leadStream,
} from '#libs/leads';
import { type StackConnection } from '../connection/stack-connection.js';

/** Which lead, and up to when. */
export interface LeadQuestion {
  readonly leadId: string;
  readonly asOf?: AsOf;
  /** Given, another tenant's lead is not found. */
  readonly tenantId?: TenantId;
}

/** A lead's history, its personal data opened, and whose lead it is. */
export interface LeadHistory {
  readonly tenantId: TenantId;
  readonly entries: readonly HistoryEntry[];
}

/** Everything that happened to a lead. Rejects with `lead_not_found`. */
export async function leadHistory(
  stack: StackConnection,
  { leadId, asOf, tenantId }: LeadQuestion,
): Promise<LeadHistory> {
  const owner = tenantId ?? (await ownerOf(stack, leadId));
  const handler = new GetLeadHistoryHandler(new LeadReader(stack.runner), stack.keys);
  const entries = await handler.execute(new GetLeadHistoryQuery(owner, leadId, asOf));
  return { tenantId: owner, entries };
}

async function ownerOf({ runner }: StackConnection, leadId: string): Promise<TenantId> {
  const [first] = await runner.history(leadStream(leadId));
  if (first !== undefined) return first.metadata.tenantId;
  throw new DomainError(
    'not_found',
    'lead_not_found',
    `There is no lead ${leadId}; GET /v1/leads lists the leads of a tenant.`,
  );
}
