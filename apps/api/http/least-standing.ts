import { type Standing, standingOf, type TenantTransaction } from '#libs/read-db';

/** How far the read model is that is furthest behind: an answer made of several shows no more. */
export async function leastStandingOf(
  transaction: TenantTransaction,
  names: readonly string[],
): Promise<Standing> {
  let least: Standing | null = null;
  for (const name of names) {
    const standing = await standingOf(transaction, name);
    if (least === null || (standing.position ?? -1n) < (least.position ?? -1n)) least = standing;
  }
  return least ?? { position: null, passedAt: null };
}
