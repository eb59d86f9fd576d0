import { type TenantStatement } from '#libs/read-db';

/** Hits that the rules may still match; what a person unlinked they may not. */
const waits = `h.status in ('received', 'unmatched') and h.reason is distinct from 'unlinked'`;

/** Whether a hit waits that may be about the transfer `t`. */
const isAwaitedBy = (hits: string) =>
  `exists (select from postback_inbox as h where h.tenant_id = t.tenant_id and ${hits} and ${waits})`;

/** About when the call was: not so long before it was requested, and not after an instant. */
const period = `t.requested_at - $3 * interval '1 millisecond' and $4::timestamptz`;

/**
 * The names of a transfer, if a hit may wait for it that is of its consumer, echoes an id of it, or
 * names our number that was shown, within a time. Most transfers are awaited by none, and then this
 * is all there is to do, in one round trip: that is why it looks at both read models.
 *
 * Takes the transfer, the hashes of numbers of ours as a JSON object by number, how long before the
 * request a call counts in ms, and until when in ISO-8601. Where the number is not among them, it
 * cannot tell, and answers the names.
 */
export const transferIfAwaited: TenantStatement = {
  name: 'postback_inbox:transfer_if_awaited',
  text: `
    select t.transfer_id as "transferId", t.lead_id as "leadId", t.call_id as "callId",
           t.destination_id as "destinationId", t.consumer_hash as "consumerHash",
           t.presented_caller_id as "presentedCallerId", t.requested_at as "requestedAt"
      from transfer_matching as t
     where t.tenant_id = current_setting('app.tenant') and t.transfer_id = $1
       and (${isAwaitedBy('h.caller_hash = t.consumer_hash')}
         or ${isAwaitedBy('h.ids && array[t.transfer_id, t.call_id, t.lead_id]')}
         or (t.presented_caller_id is not null
             and ($2::jsonb ->> t.presented_caller_id) is null)
         or ${isAwaitedBy(`h.caller_hash = $2::jsonb ->> t.presented_caller_id
              and (h.received_at between ${period} or h.call_at between ${period})`)})`,
  commit: 'lazy',
};
