/**
 * The smallest value that at least the share `of` (0 to 1) of `values` does not exceed; 0 of none.
 */
export function percentile(values: readonly number[], of: number): number {
  const ordered = Float64Array.from(values).sort();
  return ordered[Math.max(0, Math.ceil(ordered.length * of) - 1)] ?? 0;
}

/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const ordered = Float64Array.from(values).sort();
  const upper = ordered[Math.floor(ordered.length / 2)] ?? 0;
  const lower = ordered[Math.ceil(ordered.length / 2) - 1] ?? 0;
  return (lower + upper) / 2;
}
