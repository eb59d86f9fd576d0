import { DomainError } from '#libs/kernel';
import { GetLeadHistoryQuery } from '#libs/leads';
import { type Database, inTenant, standingOf } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { type CallListFilter, findCall, listCalls } from '#projections/call-list';
import { transfersOfCall } from '#projections/transfer-matching';
import { answerAsOf } from '../http/answer-as-of.js';
import { type Calling } from '../http/calling.js';
import { readPage } from '../http/read-page.js';
import { waitIfAsked } from '../http/wait-for-read-models.js';
import { leadHistory, type LeadHistoryEvent } from '../leads/lead-history.response.js';
import { DATABASE } from '../wiring/tokens.js';
import { type ListCallsQuery, type ReadCallQuery } from './call.requests.js';
import { callDetail, type CallDetail, type CallPage, callSummary } from './call.response.js';
import { callTransfer } from './call-transfer.response.js';

const READ_MODELS = ['call_list', 'transfer_matching'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Reads calls to consumers from their read models, and what happened on one from its lead. */
@Injectable()
export class CallListing {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    private readonly queries: QueryBus,
  ) {}

  async page({ key }: Calling, query: ListCallsQuery): Promise<CallPage> {
    const { database } = this;
    const { tenantId, mode } = key;
    await waitIfAsked(database, READ_MODELS, query);
    const source = { database, tenantId, readModels: ['call_list'] };
    const { items, as_of, ...page } = await readPage(source, (transaction) =>
      listCalls(transaction, { ...filterOf(query), mode }, query),
    );
    return { calls: items.map(callSummary), ...page, limit: query.limit, as_of };
  }

  /** Rejects with `call_not_found`, too, for a call of another tenant or mode. */
  async one({ key }: Calling, id: string, query: ReadCallQuery): Promise<CallDetail> {
    const { tenantId, mode } = key;
    const callId = id.toLowerCase();
    if (!UUID.test(callId)) throw callNotFound();
    await waitIfAsked(this.database, READ_MODELS, query);
    const [standing, call, transfers] = await inTenant(
      this.database,
      tenantId,
      async (transaction) => [
        await standingOf(transaction, 'call_list'),
        await findCall(transaction, callId, mode),
        await transfersOfCall(transaction, callId),
      ],
    );
    if (call === null) throw callNotFound();
    const entries = await this.queries.execute(new GetLeadHistoryQuery(tenantId, call.leadId));
    const events = leadHistory(call.leadId, entries).events.filter((event) => isOf(callId, event));
    const as_of = answerAsOf(standing);
    return callDetail(call, { transfers: transfers.map(callTransfer), events, as_of });
  }
}

function filterOf(query: ListCallsQuery): CallListFilter {
  const { lead_id, status, disposition, destination_id, from, to } = query;
  return {
    ...(lead_id !== undefined && { leadId: lead_id.toLowerCase() }),
    ...(status !== undefined && { status }),
    ...(disposition !== undefined && { disposition }),
    ...(destination_id !== undefined && { destinationId: destination_id.toLowerCase() }),
    ...(from !== undefined && { from: new Date(from).toISOString() }),
    ...(to !== undefined && { to: new Date(to).toISOString() }),
  };
}

function isOf(callId: string, { data }: LeadHistoryEvent): boolean {
  return data.callId === callId;
}

function callNotFound(): DomainError {
  return new DomainError(
    'not_found',
    'call_not_found',
    'There is no call with this id. Check the id; GET /v1/calls lists the calls.',
  );
}
