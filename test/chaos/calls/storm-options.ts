import { type Faults } from '../../../apps/telephony-simulator/server.js';

/** How a storm of calls is to be. */
export interface StormOptions {
  /** Calls to consumers at least, unless time runs out. */
  readonly calls: number;
  /** Processes killed with SIGKILL meanwhile: api and worker. */
  readonly kills: number;
  readonly seed: number;
  /** New leads come in no longer than that. */
  readonly secondsMax: number;
  readonly tenants: number;
  /** Leads of a tenant that wait for their first call. */
  readonly waitingMax: number;
  /** How many times as fast as ours the time of the telephone network runs. */
  readonly speed: number;
  /** Calls at the same time, for each tenant. */
  readonly concurrentCallsMax: number;
  /** Between a recovery and the next kill at most. */
  readonly calmMsMax: number;
  /** How long the last calls may take to end. */
  readonly drainSecondsMax: number;
  readonly callWatchMs: number;
  readonly print: (line: string) => void;
}

/** What goes wrong on the telephone network all the time. */
export const STORM_FAULTS: Partial<Faults> = {
  ...{ repeat: 0.1, reorder: 0.1, delay: 0.1, delaySecondsMax: 60, lose: 0.05 },
  ...{ refuseOrder: 0.01, failOrder: 0.01, loseOrderAnswer: 0.02 },
};

/** What a storm came to. */
export interface StormVerdict {
  /** Every violation of a law; none if all is well. */
  readonly problems: readonly string[];
  readonly calls: number;
  readonly connected: number;
  readonly kills: number;
  readonly seconds: number;
  /** Of a stack that failed: kept to be looked into. */
  readonly dataDir: string;
}
