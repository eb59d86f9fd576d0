import { type TenantStatement } from '#libs/read-db';
import { senderOfHit, sharesNamesInSql } from './shared-names.js';

/** More reports of one call than that are somebody's mistake. */
export const SAME_CALL_MAX = 500;

const asked = { token: '$1::text', destination: '$2::text', isStatement: '$1::text is null' };

/**
 * The transfers that hits of calls count for, by the sender's names for the calls. Names of all are
 * meant who give calls the same names as a sender.
 *
 * Each transfer once by each name, in the order of its last hit, latest last: of those that a name
 * is linked to that one counts. Where one names more transfers than {@link SAME_CALL_MAX}, those
 * with the latest hits; the others are not needed to tell which counts.
 *
 * Takes its token or, of a statement, `null`; its destination or `null`; and the names.
 */
export const transfersOfVendorCalls: TenantStatement = {
  name: 'postback_inbox:transfers_of_vendor_calls',
  text: `
    select found.transfer_id as "transferId", found.lead_id as "leadId"
      from (select distinct id from unnest($3::text[]) as asked (id)) as named
     cross join lateral (
       select *
         from (
           select distinct on (h.transfer_id)
                  h.transfer_id, h.lead_id, h.received_at, h.sequence, h.postback_id
             from postback_inbox as h
            where h.tenant_id = current_setting('app.tenant') and h.vendor_call_id = named.id
              and ${sharesNamesInSql(senderOfHit('h'), asked, 'h.settled_destination_id')}
              and h.transfer_id is not null and h.lead_id is not null
            order by h.transfer_id, h.received_at desc, h.sequence desc, h.postback_id desc
         ) as last
        order by received_at desc, sequence desc, postback_id desc
        limit ${SAME_CALL_MAX}) as found
     order by found.received_at, found.sequence, found.postback_id`,
  commit: 'lazy',
};

/**
 * The hits of the same call as one, by its sender's name for it, oldest first: those that wait for
 * the transfer of that, and before them those that count for another one. Of whoever gives calls the
 * same names, by the transfer of that one, and by that of the other if it has one. Takes the id of
 * that one; none where it names no call.
 */
export const othersOfSameCall: TenantStatement = {
  name: 'postback_inbox:others_of_same_call',
  text: `
    select h.postback_id as "postbackId", h.transfer_id is not null as "isElsewhere"
      from postback_inbox as one
     cross join lateral (
       select h.postback_id, h.transfer_id
         from postback_inbox as h
        where h.tenant_id = one.tenant_id and h.vendor_call_id = one.vendor_call_id
          and ((h.status in ('received', 'unmatched') and h.reason is distinct from 'unlinked'
                and ${sharesNamesInSql(senderOfHit('h'), senderOfHit('one'), 'one.settled_destination_id')})
               or (h.transfer_id <> one.transfer_id
                   and ${sharesNamesInSql(senderOfHit('h'), senderOfHit('one'), 'h.settled_destination_id')}
                   and ${sharesNamesInSql(senderOfHit('h'), senderOfHit('one'), 'one.settled_destination_id')}))
        order by h.transfer_id is null, h.received_at, h.postback_id
        limit ${SAME_CALL_MAX}) as h
     where one.tenant_id = current_setting('app.tenant') and one.postback_id = $1`,
  commit: 'lazy',
};

/**
 * All other hits that count under the same name as one, whoever sent them: whether one may follow
 * another depends on all of them. Takes the id of that one. One more than are dealt with, at most.
 */
export const othersOfName: TenantStatement = {
  name: 'postback_inbox:others_of_name',
  text: `
    select h.postback_id as "postbackId"
      from postback_inbox as one
      join postback_inbox as h
        on h.tenant_id = one.tenant_id and h.vendor_call_id = one.vendor_call_id
     where one.tenant_id = current_setting('app.tenant') and one.postback_id = $1
       and h.postback_id <> one.postback_id and h.transfer_id is not null
     limit ${SAME_CALL_MAX + 1}`,
  commit: 'lazy',
};

/** A hit of the same call as another. */
export interface OtherOfSameCall {
  readonly postbackId: string;
  /** Whether it counts for another transfer; if not, it waits. */
  readonly isElsewhere: boolean;
}
