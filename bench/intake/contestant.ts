import type { Target } from './load.js';
import type { Watched } from './process-cpu.js';
import type { Submissions } from './submissions.js';

/** One side of the comparison, up and ready for load. */
export interface Contestant {
  readonly target: Target;
  readonly processes: readonly Watched[];
  /** Whether its processes are sampled, which keeps them a little busy for ever. */
  readonly profiled: boolean;
  stop(): Promise<void>;
}

/** What a side is started with. */
export interface StartOptions {
  readonly submissions: Submissions;
  /** Where CPU profiles of its Node processes go; `null` takes none. */
  readonly profile: string | null;
}

/** Keys of each side. The largest allowance of one is 100,000 a minute, less than a run needs. */
export const keyCount = 6;
export const requestsPerMinuteOfKey = 100_000;
