import { type Database } from '../database.js';
import { type RereadEvents } from './dead-letter-retry.js';
import { type BurstRule } from './held-back.js';
import { type ProjectionMessage } from './messages.js';
import { type Projection } from './projection.js';

/** What the engine has to say, for logs and metrics. Nothing of it is personal. */
export type EngineNotice =
  | { readonly kind: 'standing_by' }
  | { readonly kind: 'started'; readonly epoch: bigint; readonly after: bigint | null }
  | { readonly kind: 'applied'; readonly events: number; readonly position: bigint }
  /**
   * Alarm: so many events are dead letters now; `reason` names the first that cannot be applied.
   */
  | {
      readonly kind: 'parked';
      readonly name: string;
      readonly events: number;
      readonly reason: string;
    }
  /** Alarm: the projection stands still until its cause is removed and the process restarted. */
  | { readonly kind: 'projection_stopped'; readonly name: string; readonly reason: string }
  /** Nothing is lost: everything begins again at the checkpoints. */
  | { readonly kind: 'interrupted'; readonly error: unknown; readonly retryInMs: number };

/** What the engine applies, from where to where, and in which rhythm. */
export interface RunProjectionsOptions {
  /** Connected as the worker. One of its connections is held all the time. */
  readonly database: Database;
  readonly projections: readonly Projection[];
  /**
   * The decoded log after a position (`null`: from the beginning), then live, in order. Should end
   * when its signal does.
   */
  readonly log: (after: bigint | null, signal: AbortSignal) => AsyncIterable<ProjectionMessage>;
  /** For retrying dead letters; without it, nobody's requests to do so are handled. */
  readonly reread?: RereadEvents;
  readonly signal: AbortSignal;
  readonly report?: (notice: EngineNotice) => void;
  /** Events in one transaction at most; 1,000 unless told. */
  readonly batchSizeMax?: number;
  /**
   * Transactions begin at least this far apart; 25 unless told, and four times as far under load.
   * Costs the first event after a silence nothing, and makes one transaction of many.
   */
  readonly batchIntervalMs?: number;
  /** When events that may wait do; as `burstRule` says unless told. */
  readonly burst?: BurstRule;
}

/** The same, with somebody who listens. */
export type SessionOptions = RunProjectionsOptions & {
  readonly report: (notice: EngineNotice) => void;
};

/** Events in one transaction at most. */
export function batchSizeMaxOf({ batchSizeMax = 1_000 }: RunProjectionsOptions): number {
  return batchSizeMax;
}
