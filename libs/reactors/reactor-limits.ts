/** How much a reactor may do at a time. */
export interface ReactorLimits {
  /** Streams acted upon side by side. */
  readonly concurrency: number;
  /** How many of them for events that come again, so that these never hold up new ones. */
  readonly revisits: number;
  /** Events begun and not finished, those that may wait apart. */
  readonly unfinished: number;
  /** Events that may wait and do: of each only its place in the log is in memory. */
  readonly unhurried: number;
  /** Events remembered because one before them is not finished. */
  readonly remembered: number;
  /** Events that failed; with more, nothing new is looked at. */
  readonly parked: number;
  /** One event's handler and commands. */
  readonly timeoutMs: number;
  /** Between looks for events that are due. */
  readonly pollMs: number;
  /** Between writes of the checkpoint. */
  readonly saveMs: number;
}

/** What a reactor may do at a time unless told. */
export const reactorLimits: ReactorLimits = {
  concurrency: 16,
  revisits: 8,
  unfinished: 1_000,
  unhurried: 20_000,
  remembered: 100_000,
  parked: 1_000,
  timeoutMs: 60_000,
  pollMs: 1_000,
  saveMs: 250,
};
