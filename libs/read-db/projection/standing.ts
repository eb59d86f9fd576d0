import { type TenantTransaction } from '../tenant.js';

/** How far a read model has followed the log. */
export interface Standing {
  /** Everything up to here is in it; `null` before the first event. */
  readonly position: bigint | null;
  /** When the last event it has passed was recorded (ISO-8601); `null` before the first. */
  readonly passedAt: string | null;
}

/**
 * How far the read model that queries of this name read has come. Ask before the rows: they may
 * then show more than it says, never less.
 */
export async function standingOf(transaction: TenantTransaction, name: string): Promise<Standing> {
  const found = await transaction
    .selectFrom('projectionBuild')
    .select(['position', 'passedAt'])
    .where('name', '=', name)
    .where('serving', '=', true)
    .executeTakeFirst();
  return found ?? { position: null, passedAt: null };
}
