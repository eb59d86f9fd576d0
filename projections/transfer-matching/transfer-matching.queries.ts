import { type TenantTransaction } from '#libs/read-db';
import { sql } from 'kysely';
import { type TransferMatchingRow } from './transfer-matching.projection.js';

/** Which caller a buyer names, and about when. */
export interface CallerOfTransfer {
  /** Keyed hash of the number the buyer names: the consumer’s, if it was shown that. */
  readonly consumerHash: string;
  /** The same number in E.164, in case it is one of ours that was shown instead. */
  readonly presentedCallerId: string;
  /** Of the instant a transfer is compared by: ISO-8601, both inclusive. */
  readonly from: string;
  readonly to: string;
}

/** Transfers returned at most; a caller has no more in any window that makes sense. */
export const transfersOfCallerMax = 100;

/**
 * The transfers in which a destination was shown this caller, or could tell the consumer by the
 * number, within a window of time; the latest first, {@link transfersOfCallerMax} at most.
 *
 * Each of the two is looked up by an index of its own, so it costs the same however many there are.
 */
export async function transfersOfCaller(
  transaction: TenantTransaction,
  { consumerHash, presentedCallerId, from, to }: CallerOfTransfer,
): Promise<TransferMatchingRow[]> {
  const within = transfers(transaction)
    .where('anchorAt', '>=', from)
    .where('anchorAt', '<=', to)
    .orderBy('anchorAt', 'desc')
    .limit(transfersOfCallerMax);
  const ofConsumer = await within.where('consumerHash', '=', consumerHash).execute();
  const ofOurNumber = await within.where('presentedCallerId', '=', presentedCallerId).execute();
  const all = new Map([...ofConsumer, ...ofOurNumber].map((row) => [row.transferId, row]));
  return [...all.values()].sort(latestFirst).slice(0, transfersOfCallerMax);
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

function latestFirst(a: TransferMatchingRow, b: TransferMatchingRow): number {
  return a.anchorAt === b.anchorAt ? 0 : a.anchorAt < b.anchorAt ? 1 : -1;
}
