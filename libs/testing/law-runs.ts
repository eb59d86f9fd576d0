/** How often a law is tried. */
export interface LawRuns {
  /** At every `npm test`, in seconds. */
  readonly quick: number;
  /** With `npm run test:laws`, in minutes. */
  readonly full: number;
}

/**
 * How often to try a law in this run: `numRuns: lawRuns({ quick: 10, full: 60 })`.
 *
 * For laws whose every run takes a database some tenths of a second. Each run draws histories anew,
 * so that few at every test add up.
 */
export function lawRuns({ quick, full }: LawRuns): number {
  return process.env.LAWS === 'full' ? full : quick;
}
