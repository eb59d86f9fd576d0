import { type TenantStatement } from '#libs/read-db';
import { MATCH_WINDOW_MS } from '#libs/revenue';
import { senderOfHit, speakAsOneInSql } from './shared-names.js';

/** Transfers returned at most of each side of the time, to the destination asked for and to any. */
export const freeTransfersMax = 25;

const asked = { token: '$1::text', destination: '$2::text', isStatement: '$1::text is null' };
const WINDOW = `interval '${MATCH_WINDOW_MS} milliseconds'`;
const SIDES = [
  `t.anchor_at between $4::timestamptz - ${WINDOW} and $4::timestamptz order by t.anchor_at desc`,
  `t.anchor_at > $4::timestamptz and t.anchor_at <= $4::timestamptz + ${WINDOW} order by t.anchor_at`,
];
const DESTINATIONS = ['and t.destination_id = $2', ''];

const isNamed = `exists (
  select from postback_inbox as h
   where h.tenant_id = t.tenant_id and h.transfer_id = t.transfer_id
     and h.vendor_call_id is not null
     and ${speakAsOneInSql(senderOfHit('h'), asked)})`;

/**
 * The connected transfers within the window around a time whose destination was shown a number of
 * ours, and that no report of the same sender names: those nearest to the time.
 *
 * Everybody is shown such a number, and hours may be full of calls that are reported already. So it
 * passes them over in one round trip, where reading all of their ledgers would take long. Takes the
 * token of the sender or, of a statement, `null`; its destination or `null`; the number in E.164;
 * and the time in ISO-8601; and transfers to leave out.
 */
export const freeTransfersShown: TenantStatement = {
  name: 'postback_inbox:free_transfers_shown',
  text: DESTINATIONS.flatMap((there) => SIDES.map((side) => nearest(there, side))).join(' union '),
  commit: 'lazy',
};

function nearest(there: string, side: string): string {
  return `(
    select t.transfer_id as "transferId", t.lead_id as "leadId"
      from transfer_matching as t
     where t.tenant_id = current_setting('app.tenant') and t.presented_caller_id = $3 ${there}
       and t.bridged_at is not null
       and t.transfer_id <> all($5::text[]) and not ${isNamed} and ${side} limit ${freeTransfersMax})`;
}
