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
  /** As it is stored, however it was written in the question. */
  readonly leadId: string;
  readonly tenantId: TenantId;
  readonly entries: readonly HistoryEntry[];
}

/** Everything that happened to a lead. Rejects with `lead_not_found`. */
export async function leadHistory(
  stack: StackConnection,
  { leadId: asked, asOf, tenantId }: LeadQuestion,
): Promise<LeadHistory> {
  const leadId = asked.toLowerCase();
  const [first] = await stack.runner.history(leadStream(leadId));
  if (first === undefined) throw noLead(leadId, tenantId);
  const owner = first.metadata.tenantId;
  if (tenantId !== undefined && tenantId !== owner) throw noLead(leadId, tenantId);
  if (asOf?.kind === 'instant' && first.recordedAt.getTime() > Date.parse(asOf.instant)) {
    throw notYet(first.recordedAt);
  }
  const handler = new GetLeadHistoryHandler(new LeadReader(stack.runner), stack.keys);
  const entries = await handler.execute(new GetLeadHistoryQuery(owner, leadId, asOf));
  return { leadId, tenantId: owner, entries };
}

function noLead(leadId: string, tenantId: TenantId | undefined): DomainError {
  const whose = tenantId === undefined ? '' : ` of tenant ${tenantId}`;
  const message = `There is no lead ${leadId}${whose}; GET /v1/leads lists the leads of a tenant.`;
  return new DomainError('not_found', 'lead_not_found', message);
}

function notYet(receivedAt: Date): DomainError {
  const message = `There was no such lead yet; its history begins at ${receivedAt.toISOString()}.`;
  return new DomainError('not_found', 'lead_not_found', message);
}
