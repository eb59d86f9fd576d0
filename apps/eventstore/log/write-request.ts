import type { ExpectedRevision } from './append-decision.js';
import type { ProposedEvent } from './stored-event.js';

/** What became of a write. */
export type WriteOutcome =
  /**
   * Durable. For an append without events `position` is undefined and `revision` the present one.
   */
  | {
      readonly kind: 'written';
      readonly revision: number;
      readonly position: number | undefined;
    }
  | { readonly kind: 'wrong_expected_revision'; readonly currentRevision: number }
  | { readonly kind: 'stream_deleted' }
  /** Its deadline passed before its turn came; nothing was written. */
  | { readonly kind: 'timed_out' }
  /** Nothing was written and the reason is not the caller's. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Not acknowledged and perhaps written: the log tells once it is opened again. */
  | { readonly kind: 'unknown'; readonly reason: string };

interface WriteBase {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  /** Milliseconds since 1970; a write that has not begun by then is not begun. */
  readonly deadline: number;
  /** Called once, when no more will be known of the outcome. Must not throw. */
  readonly settle: (outcome: WriteOutcome) => void;
}

export interface AppendRequest extends WriteBase {
  readonly kind: 'append';
  readonly events: readonly ProposedEvent[];
  /** Bytes of the events' types, data and metadata: what the queue's limit counts. */
  readonly byteCount: number;
}

export interface DeleteRequest extends WriteBase {
  /** Soft: the stream may come back. Tombstone: never. */
  readonly kind: 'soft_delete' | 'tombstone';
}

export type WriteRequest = AppendRequest | DeleteRequest;
