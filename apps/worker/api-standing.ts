/** What the api said when it was asked whether it is ready. */
export interface ApiAnswer {
  readonly isReady: boolean;
  /** When it was asked, in milliseconds of the process’ clock. */
  readonly askedMs: number;
}

/** Older answers say nothing of the api as it is now. Several are missed by then. */
export const FRESH_MS = 5_000;

/**
 * Whether a call that is answered now would be given its voice: the api was ready when it was asked
 * last (`null`: never), and that was not long ago.
 */
export function isAnswering(last: ApiAnswer | null, nowMs: number): boolean {
  return last !== null && last.isReady && nowMs - last.askedMs <= FRESH_MS;
}
