import { type TenantStatement, type TenantTransaction } from '#libs/read-db';
import { MATCH_WINDOW_MS } from '#libs/revenue';
import { sql } from 'kysely';
import { type TransferMatchingRow } from './transfer-matching.projection.js';

/** Where a transfer is, and by whose number it was found. */
export interface TransferOfCaller {
  readonly transferId: string;
  readonly leadId: string;
  /** Whether the number is the consumer’s, or ours that was shown. */
  readonly by: 'consumer' | 'our_number';
  /** Which look-up found it: a transfer may be found by several. */
  readonly lane: Lane;
}

type Lane = keyof typeof LANES;

/**
 * Transfers returned at most by a look-up, before or after the time; those of a consumer in the
 * window all are.
 */
export const transfersOfCallerMax = 25;

const WINDOW = `interval '${MATCH_WINDOW_MS} milliseconds'`;
const FROM = `$3::timestamptz - ${WINDOW}`;
const TO = `$3::timestamptz + ${WINDOW}`;
const [EARLIER, LATER] = [`<= $3::timestamptz`, `> $3::timestamptz`];
const [SHOWN, CONNECTED] = [
  'presented_caller_id = $2',
  'presented_caller_id = $2 and bridged_at is not null',
];
const THERE = 'and destination_id = $4';

/** Who is meant, when, and whether the nearest are the earliest or the latest. */
const LANES = {
  consumer: ['consumer_hash = $1', `between ${FROM} and ${TO}`, 'desc'],
  consumer_before: ['consumer_hash = $1', `< ${FROM}`, 'desc'],
  consumer_after: ['consumer_hash = $1', `> ${TO}`, 'asc'],
  shown_before: [SHOWN, EARLIER, 'desc'],
  shown_after: [SHOWN, LATER, 'asc'],
  shown_there_before: [`${SHOWN} ${THERE}`, EARLIER, 'desc'],
  shown_there_after: [`${SHOWN} ${THERE}`, LATER, 'asc'],
  connected_before: [CONNECTED, `between ${FROM} and $3::timestamptz`, 'desc'],
  connected_after: [CONNECTED, `${LATER} and anchor_at <= ${TO}`, 'asc'],
  connected_there_before: [`${CONNECTED} ${THERE}`, `between ${FROM} and $3::timestamptz`, 'desc'],
  connected_there_after: [`${CONNECTED} ${THERE}`, `${LATER} and anchor_at <= ${TO}`, 'asc'],
} as const;

/**
 * The transfers in which a destination was shown this caller, or could tell the consumer by the
 * number: all of the consumer's within the window around a time, and otherwise those nearest to it,
 * {@link transfersOfCallerMax} before it and as many after.
 *
 * Each kind is looked up by an index of its own, so it costs the same however many there are, and
 * all in one round trip. Everybody is shown our number. So those that were connected are looked up
 * by themselves, for they rank first, and those to the destination that the sender is for, lest
 * others crowd them out; they may come several times. Takes the keyed hash of the number, the
 * number itself in E.164 or `null`, the time in ISO-8601, and the destination or `null`.
 */
export const transfersOfCaller: TenantStatement = {
  name: 'transfer_matching:of_caller',
  text: (Object.keys(LANES) as Lane[]).map(laneInSql).join(' union all '),
  commit: 'lazy',
};

function laneInSql(lane: Lane): string {
  const [who, when, order] = LANES[lane];
  const by = lane.startsWith('consumer') ? 'consumer' : 'our_number';
  const limit = lane === 'consumer' ? '' : `limit ${transfersOfCallerMax}`;
  return (
    `(select transfer_id as "transferId", lead_id as "leadId", '${by}' as by, '${lane}' as lane ` +
    `from transfer_matching where tenant_id = current_setting('app.tenant') and ${who} ` +
    `and anchor_at ${when} order by anchor_at ${order} ${limit})`
  );
}

/**
 * Whether transfers may have been left out that rank as high as those found: connected ones within
 * the window, to the destination that was asked for, or to any where none was, or none went there.
 */
export function wereCut(found: readonly TransferOfCaller[], destinationId: string | null): boolean {
  const ofLane = (lane: Lane) => found.filter((each) => each.lane === lane).length;
  const there = [ofLane('connected_there_before'), ofLane('connected_there_after')];
  const anywhere = [ofLane('connected_before'), ofLane('connected_after')];
  const isAnywhere = destinationId === null || there.every((count) => count === 0);
  return (isAnywhere ? anywhere : there).some((count) => count >= transfersOfCallerMax);
}

/** Transfers with one of these ids, or of a call with one. */
export async function transfersNamed(
  transaction: TenantTransaction,
  ids: readonly string[],
): Promise<TransferMatchingRow[]> {
  return transfers(transaction)
    .where((eb) => eb.or([eb('transferId', 'in', [...ids]), eb('callId', 'in', [...ids])]))
    .execute();
}

/** A time, its end excluded. ISO-8601 UTC. */
export interface TransferPeriod {
  readonly from: string;
  readonly to: string;
}

/** Transfers to a destination that took place at a time, in no order; `limit` at most. */
export function transfersInPeriod(
  transaction: TenantTransaction,
  destinationId: string,
  period: TransferPeriod,
  limit: number,
): Promise<TransferMatchingRow[]> {
  return within(transaction, period, limit).where('destinationId', '=', destinationId).execute();
}

/**
 * Transfers of consumers, by the hashes of their numbers, otherwise like {@link transfersInPeriod}.
 */
export function transfersOfConsumers(
  transaction: TenantTransaction,
  consumerHashes: readonly string[],
  period: TransferPeriod,
  limit: number,
): Promise<TransferMatchingRow[]> {
  return within(transaction, period, limit)
    .where(sql<boolean>`consumer_hash = any(${[...consumerHashes]}::text[])`)
    .execute();
}

function within(transaction: TenantTransaction, { from, to }: TransferPeriod, limit: number) {
  return transfers(transaction)
    .where('anchorAt', '>=', from)
    .where('anchorAt', '<', to)
    .limit(limit);
}

/** The transfers of one call, in the order they were tried. */
export function transfersOfCall(
  transaction: TenantTransaction,
  callId: string,
): Promise<TransferMatchingRow[]> {
  return transfers(transaction)
    .where('callId', '=', callId)
    .orderBy('requestedAt')
    .orderBy('position')
    .execute();
}

/** One transfer; `null` if there is none of the tenant's with this id. */
export async function findTransfer(
  transaction: TenantTransaction,
  transferId: string,
): Promise<TransferMatchingRow | null> {
  const row = await transfers(transaction).where('transferId', '=', transferId).executeTakeFirst();
  return row ?? null;
}

/**
 * The tenant's rows. The worker sees those of all tenants, so the policy of the table is not
 * enough.
 */
function transfers(transaction: TenantTransaction) {
  return transaction
    .withTables<{ transferMatching: TransferMatchingRow }>()
    .selectFrom('transferMatching')
    .selectAll()
    .where('tenantId', '=', sql<string>`current_setting('app.tenant')`);
}
