import { type TenantStatement, type TenantTransaction } from '#libs/read-db';
import { sql } from 'kysely';
import { type TransferMatchingRow } from './transfer-matching.projection.js';

/** Where a transfer is, and by whose number it was found. */
export interface TransferOfCaller {
  readonly transferId: string;
  readonly leadId: string;
  /** Whether the number is the consumer’s, or ours that was shown. */
  readonly by: 'consumer' | 'our_number';
}

/** Transfers returned at most, before and after the time, by either number. */
export const transfersOfCallerMax = 25;

/**
 * The transfers in which a destination was shown this caller, or could tell the consumer by the
 * number: those nearest to a time, {@link transfersOfCallerMax} before it and as many after.
 *
 * Each is looked up by an index of its own, so it costs the same however many there are, and all in
 * one round trip. Everybody is shown our number, so those to the destination that the sender is for
 * are looked up by themselves, lest others crowd them out; they may come twice. Takes the keyed hash
 * of the number, the number itself in E.164 or `null`, the time in ISO-8601, and the destination or
 * `null`.
 */
export const transfersOfCaller: TenantStatement = {
  name: 'transfer_matching:of_caller',
  // Of a consumer, of our number, and of our number at the destination; before the time and after it.
  text: (
    [
      ['consumer', 'consumer_hash = $1', '<= $3', 'desc'],
      ['consumer', 'consumer_hash = $1', '> $3', 'asc'],
      ['our_number', 'presented_caller_id = $2', '<= $3', 'desc'],
      ['our_number', 'presented_caller_id = $2', '> $3', 'asc'],
      ['our_number', 'presented_caller_id = $2 and destination_id = $4', '<= $3', 'desc'],
      ['our_number', 'presented_caller_id = $2 and destination_id = $4', '> $3', 'asc'],
    ] as const
  )
    .map(
      ([by, who, when, order]) =>
        `(select transfer_id as "transferId", lead_id as "leadId", '${by}' as by ` +
        `from transfer_matching where tenant_id = current_setting('app.tenant') and ${who} ` +
        `and anchor_at ${when}::timestamptz order by anchor_at ${order} ` +
        `limit ${transfersOfCallerMax})`,
    )
    .join(' union all '),
  commit: 'lazy',
};

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

/** Transfers of consumers, by the hashes of their numbers, otherwise like {@link transfersInPeriod}. */
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

/** The tenant's rows. The worker sees those of all tenants, so the policy of the table is not enough. */
function transfers(transaction: TenantTransaction) {
  return transaction
    .withTables<{ transferMatching: TransferMatchingRow }>()
    .selectFrom('transferMatching')
    .selectAll()
    .where('tenantId', '=', sql<string>`current_setting('app.tenant')`);
}
