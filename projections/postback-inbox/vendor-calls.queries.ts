import { type TenantStatement } from '#libs/read-db';

/** More reports of one call than that are somebody's mistake. */
const SAME_CALL_MAX = 500;

/** What a hit is for: the destination of its transfer if it counts for one, whatever its token is for. */
const destinationOf = (hit: string) =>
  `coalesce(${hit}.settled_destination_id, ${hit}.destination_id)`;

/**
 * The transfers that hits of calls count for, by the sender's names for the calls, the oldest hit
 * first. Names of the token are meant, and of whatever else reports for the destination, if any.
 *
 * Takes the token, the destination or `null`, and the names.
 */
export const transfersOfVendorCalls: TenantStatement = {
  name: 'postback_inbox:transfers_of_vendor_calls',
  text: `
    select h.transfer_id as "transferId", h.lead_id as "leadId"
      from unnest($3::text[]) as named (id)
      join postback_inbox as h on h.vendor_call_id = named.id
     where h.tenant_id = current_setting('app.tenant')
       and (h.token_id = $1 or ${destinationOf('h')} = $2::text)
       and h.transfer_id is not null and h.lead_id is not null
     order by h.received_at, h.sequence, h.postback_id`,
  commit: 'lazy',
};

/**
 * The hits of the same call as one, by its sender's name for it, that wait for a transfer, oldest
 * first. Takes the id of that one; none where it names no call.
 */
export const waitingOfSameCall: TenantStatement = {
  name: 'postback_inbox:waiting_of_same_call',
  text: `
    select h.postback_id as "postbackId"
      from postback_inbox as one
     cross join lateral (
       select h.postback_id
         from postback_inbox as h
        where h.tenant_id = one.tenant_id and h.vendor_call_id = one.vendor_call_id
          and (h.token_id = one.token_id or ${destinationOf('h')} = ${destinationOf('one')})
          and h.status in ('received', 'unmatched') and h.reason is distinct from 'unlinked'
        order by h.received_at, h.postback_id
        limit ${SAME_CALL_MAX}) as h
     where one.tenant_id = current_setting('app.tenant') and one.postback_id = $1`,
  commit: 'lazy',
};
