import { postgreSQLProjection } from '@event-driven-io/emmett-postgresql';
import { type CopiedLeadEvent, leadEventTypes } from './lead-list.events.js';

/** The columns and indexes of the ledger's own lead list. */
const createTable = `
  create table if not exists lead_list (
    tenant_id text not null,
    lead_id text not null,
    mode text not null,
    status text not null,
    ineligible_reasons text[] not null,
    source text,
    channel text not null,
    state text,
    phone_hash text not null,
    personal text not null,
    received_at timestamptz not null,
    updated_at timestamptz not null,
    duplicate_count integer not null,
    last_duplicate_at timestamptz,
    revision bigint not null,
    position bigint not null,
    primary key (tenant_id, lead_id)
  );
  create index if not exists lead_list_by_time
    on lead_list (tenant_id, received_at desc, lead_id desc);
  create index if not exists lead_list_by_status
    on lead_list (tenant_id, status, received_at desc, lead_id desc);
  create index if not exists lead_list_by_phone on lead_list (tenant_id, phone_hash);`;

interface Statement {
  /** Prepared once per connection under this name. */
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

type Recorded = CopiedLeadEvent & {
  readonly metadata: { readonly streamPosition: bigint; readonly globalPosition: bigint };
};

function statementOf(event: Recorded): Statement {
  const { tenantId, leadId, recordedAt } = event.data;
  const { streamPosition, globalPosition } = event.metadata;
  const last = [tenantId, leadId, recordedAt, streamPosition, globalPosition];
  switch (event.type) {
    case 'LeadReceived':
      return { name: 'received', text: insertLead, values: [...last, ...leadOf(event.data)] };
    case 'LeadFoundEligible':
      return { name: 'judged', text: setVerdict, values: [...last, 'new', []] };
    case 'LeadFoundIneligible':
      return {
        name: 'judged',
        text: setVerdict,
        values: [...last, 'ineligible', event.data.reasons],
      };
    case 'LeadDeduplicated':
      return { name: 'duplicate', text: countDuplicate, values: [...last, event.data.submittedAt] };
    case 'ConsentRecorded':
      return { name: 'touched', text: touch, values: last };
    case 'ConsentRevoked':
      return { name: 'revoked', text: revoke, values: last };
  }
}

function leadOf(data: Extract<CopiedLeadEvent, { type: 'LeadReceived' }>['data']): unknown[] {
  const { mode, verdict, source, channel, state, phoneHash, personal, receivedAt } = data;
  const status = verdict?.eligible === true ? 'new' : 'ineligible';
  const reasons = verdict?.reasons ?? [];
  return [mode, status, reasons, source, channel, state, phoneHash, personal, receivedAt];
}

const insertLead = `
  insert into lead_list (
    tenant_id, lead_id, updated_at, revision, position, mode, status, ineligible_reasons, source,
    channel, state, phone_hash, personal, received_at, duplicate_count)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0)`;
const last = 'updated_at = $3, revision = $4, position = $5';
const setVerdict = `
  update lead_list set ${last}, status = $6, ineligible_reasons = $7
   where tenant_id = $1 and lead_id = $2`;
const countDuplicate = `
  update lead_list
     set ${last}, duplicate_count = duplicate_count + 1, last_duplicate_at = $6
   where tenant_id = $1 and lead_id = $2`;
const revoke = `
  update lead_list
     set ${last}, status = 'ineligible', ineligible_reasons = array['consent_revoked'] || array(
       select reason from unnest(ineligible_reasons) with ordinality as old (reason, place)
        where not starts_with(reason, 'consent_') order by place)
   where tenant_id = $1 and lead_id = $2`;
const touch = `update lead_list set ${last} where tenant_id = $1 and lead_id = $2`;

/** The lead list as a table, one prepared statement an event. */
export const sqlProjection = postgreSQLProjection<CopiedLeadEvent>({
  name: 'lead_list',
  canHandle: leadEventTypes,
  handle: async (events, { connection }) => {
    for (const event of events) {
      const { name, text, values } = statementOf(event);
      await connection.client.query({ name, text, values: [...values] });
    }
  },
  init: async ({ context }) => {
    await context.connection.client.query(createTable);
  },
  truncate: async ({ connection }) => {
    await connection.client.query('truncate lead_list');
  },
});
