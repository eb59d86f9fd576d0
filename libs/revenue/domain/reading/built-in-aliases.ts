/**
 * Grows with every change to what the built-in names or their values mean; part of each reading, so
 * that what waits is read anew. Version 2 reads amounts with their currency, split seconds and
 * numbers out of spreadsheets, and warns of ambiguous dates. Version 3 reads XML.
 */
export const ALIAS_MAP_VERSION = 3;

/**
 * What a field of a report can mean. The unit is part of the meaning where senders differ in it:
 * it is told by the name of the field, never guessed from the size of the number (PB-4).
 */
export const ALIAS_FIELDS = [
  'our_id',
  'vendor_call_id',
  'caller',
  'caller_if_phone',
  'duration_seconds',
  'duration_ms',
  'duration_minutes',
  'total_seconds',
  'buyer',
  'payout_cents',
  'payout_dollars',
  'revenue_cents',
  'revenue_dollars',
  'add_cents',
  'add_dollars',
  'billable',
  'status',
  'call_time',
  'call_end_time',
  'call_time_day_first',
  'call_end_time_day_first',
  'currency',
  'is_duplicate',
] as const;

/** One of them. */
export type AliasField = (typeof ALIAS_FIELDS)[number];

/** What the sender pays us: the worth of the call to us. */
const PAYOUT = [
  ...['payout', 'payout_amount', 'conversion_payout', 'publisher_payout', 'your_payout'],
  ...['earnings', 'commission', 'retreaver_payout', 'bid', 'bid_amount', 'price', 'amount'],
  ...['value', 'postback_value', 'sale_amount'],
];

/** Less telling: it may be what the buyer’s side takes in, before we get our share. */
const REVENUE = ['revenue', 'call_revenue', 'revenue_amount', 'conversion_amount', 'total'];

/** Added to what was reported before, e.g. by TrackDrive. */
const ADDITION = ['add_payout', 'add_revenue'];

const DURATION = [
  ...['connected_duration', 'connected_call_length_in_seconds', 'connected_call_length'],
  ...['dialed_call_duration', 'billable_duration', 'billable_seconds', 'billsec', 'talk_time'],
  ...['call_duration', 'duration_seconds', 'duration', 'call_length', 'call_length_in_seconds'],
  ...['length', 'seconds'],
];

/** What a name of a duration may be made of when it ends in its unit, as in `billable_minutes`. */
const TIMED = [
  ...['connected', 'connected_duration', 'connected_call_length', 'dialed_call_duration'],
  ...['billable', 'billable_duration', 'talk', 'talk_time', 'call', 'call_duration', 'duration'],
  ...['call_length', 'length'],
];

/** Under names in cents, an amount says more than a price. */
const PAYOUT_IN_CENTS = ['payout', 'amount', 'price'];

const CENTS_ENDINGS = ['_cents', '_in_cents', '_minor'];

function ending(stems: readonly string[], endings: readonly string[]): string[] {
  return stems.flatMap((stem) => endings.map((end) => stem + end));
}

/**
 * Under which names senders give what we look for (semantics §3.4), the best first. Written as
 * words; casing and separators do not matter. `*_cents`, `*_minor`, `*_minutes` and `*_ms` are
 * spelled out for known stems only: `is_minor` is no amount and `items` no milliseconds.
 */
export const BUILT_IN_ALIASES: Readonly<Record<AliasField, readonly string[]>> = {
  our_id: [
    ...['transfer_id', 'l2i_transfer_id', 'ref_id', 'reference', 'external_id'],
    ...['external_call_id', 'sub_id', 'sub1', 'lead_id'],
  ],
  vendor_call_id: [
    ...['call_id', 'call_uuid', 'uuid', 'inbound_call_id', 'call_sid', 'trackdrive_call_uuid'],
    ...['ringba_call_uuid', 'conversion_id', 'click_id'],
  ],
  caller: [
    ...['caller_id', 'caller', 'caller_number', 'caller_phone', 'caller_number_sent'],
    ...['inbound_phone_number', 'InboundNumber', 'from', 'from_number', 'from_nr', 'ani'],
    ...['customer_phone', 'consumer_phone', 'lead_phone', 'contact_phone', 'phone'],
    ...['phone_number', 'telephone', 'tel', 'mobile', 'msisdn'],
  ],
  caller_if_phone: ['cid'],
  duration_seconds: DURATION,
  duration_ms: ending(TIMED, ['_ms']),
  duration_minutes: ['minutes', ...ending(TIMED, ['_minutes'])],
  total_seconds: ['total_duration'],
  buyer: [
    ...['buyer', 'buyer_name', 'buyer_id', 'target', 'target_name', 'target_id', 'tid'],
    ...['system_buyer_id', 'advertiser', 'advertiser_name', 'client', 'client_name', 'company'],
    ...['contract', 'destination', 'endpoint'],
  ],
  payout_cents: [...new Set(ending([...PAYOUT_IN_CENTS, ...PAYOUT], CENTS_ENDINGS))],
  payout_dollars: PAYOUT,
  revenue_cents: ending(REVENUE, CENTS_ENDINGS),
  revenue_dollars: REVENUE,
  add_cents: ending(ADDITION, CENTS_ENDINGS),
  add_dollars: ADDITION,
  billable: [
    ...['billable', 'is_billable', 'converted', 'is_converted', 'has_converted', 'has_payout'],
    ...['buyer_converted', 'offer_converted', 'sale_successful', 'sale_sucesful', 'qualified'],
    ...['paid', 'payable', 'receivable'],
  ],
  status: ['status', 'disposition', 'outcome'],
  call_time: [
    ...['call_time', 'call_timestamp', 'call_start', 'start_time', 'started_at', 'call_dt'],
    ...['call_date', 'connected_at', 'call_connection_dt', 'timestamp', 'created_at'],
  ],
  call_end_time: ['end_time', 'call_completed_dt'],
  // No name says so by itself: a tenant knows which of its buyers write the day first.
  call_time_day_first: [],
  call_end_time_day_first: [],
  currency: ['currency', 'currency_code'],
  is_duplicate: ['is_duplicate', 'duplicate'],
};

/** Numbers that were dialed. Taken for the caller, they would match a stranger’s transfer. */
export const NEVER_CALLER = [
  ...['number', 'dialed_number', 'tracking_number', 'to', 'called_number'],
  ...['destination_number', 'target_number', 'did', 'inbound_number'],
] as const;

/** Thresholds and waiting times: seconds, but not those of the conversation. */
export const NEVER_DURATION = [
  ...['retreaver_seconds', 'conversion_seconds', 'timer_seconds', 'min_duration'],
  ...['hold_duration', 'ivr_duration', 'time_to_connect_in_seconds'],
] as const;
