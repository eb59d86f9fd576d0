import type { LeadMode } from '#libs/leads';
import { type TenantTransaction } from '#libs/read-db';
import { type DedupeRow } from './dedupe.projection.js';

/** The ordinal of a phone's latest lead; `null` if no second one is known. May lag. */
export async function latestOrdinal(
  transaction: TenantTransaction,
  mode: LeadMode,
  phoneHash: string,
): Promise<number | null> {
  const row = await transaction
    .withTables<{ dedupe: DedupeRow }>()
    .selectFrom('dedupe')
    .select('latestOrdinal')
    .where('mode', '=', mode)
    .where('phoneHash', '=', phoneHash)
    .executeTakeFirst();
  return row?.latestOrdinal ?? null;
}
