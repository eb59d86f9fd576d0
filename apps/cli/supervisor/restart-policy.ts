/** What to do about a part that ended although nobody asked it to. */
export type RestartDecision =
  { readonly kind: 'restart'; readonly afterMs: number } | { readonly kind: 'give_up' };

export const deathsMax = 5;
export const windowMs = 60_000;
const firstPauseMs = 100;

/**
 * The first death of a minute is followed by a restart at once, each further one after twice the
 * pause of the one before, the fifth by giving up. `deathsAtMs` are instants, the present one last.
 */
export function decideRestart(deathsAtMs: readonly number[], nowMs: number): RestartDecision {
  const lately = recentDeaths(deathsAtMs, nowMs).length;
  if (lately >= deathsMax) return { kind: 'give_up' };
  return { kind: 'restart', afterMs: lately <= 1 ? 0 : firstPauseMs * 2 ** (lately - 1) };
}

/** The deaths that still count. */
export function recentDeaths(deathsAtMs: readonly number[], nowMs: number): number[] {
  return deathsAtMs.filter((at) => nowMs - at < windowMs);
}
