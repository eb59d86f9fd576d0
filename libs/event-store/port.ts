import type { Actor, TenantId } from '#libs/kernel';

/** A place in the global log. Positions grow in commit order; they have gaps between them. */
export type Position = bigint;

/**
 * What an append demands of its stream: an exact revision, or that it does not exist yet. There is
 * no "any": an append that demands nothing cannot be retried safely.
 */
export type ExpectedRevision = bigint | 'no_stream';

/** Facts about an event that are not part of the business fact itself. */
export interface EventMetadata {
  readonly schemaVersion: number;
  readonly tenantId: TenantId;
  readonly actor: Actor;
  /** When it happened, as the deciding process saw it; ISO-8601 UTC. */
  readonly occurredAt: string;
  /** The command that decided it. Two events with one command id came of one decision. */
  readonly commandId: string;
  readonly $correlationId: string;
  readonly $causationId: string;
  /** The caller's address and agent, sealed with the stream's data key; absent when unknown. */
  readonly origin?: string;
}

/** An event about to be appended. `id` is a UUID and makes a retry recognisable. */
export interface NewEvent {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: EventMetadata;
}

/** An event as the store gave it back, not yet decoded. */
export interface RecordedEvent {
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: bigint;
  /** Commit position in `$all`; `null` on servers that do not tell it on stream reads. */
  readonly position: Position | null;
  readonly recordedAt: Date;
  readonly data: unknown;
  readonly metadata: unknown;
}

/** Where an append ended up. */
export interface AppendResult {
  /** Revision of the last event of the append. */
  readonly revision: bigint;
  readonly position: Position;
}

/** One item of a subscription to the log. */
export type LogMessage =
  | { readonly kind: 'event'; readonly event: RecordedEvent & { readonly position: Position } }
  /** Everything up to `position` was considered; the filter let nothing more through. */
  | { readonly kind: 'checkpoint'; readonly position: Position }
  | { readonly kind: 'caught_up' };

/** Which part of a stream to read; all of it, forwards, if left out. */
export interface ReadStreamOptions {
  readonly direction?: 'forwards' | 'backwards';
  /** First revision to read, inclusive; the start (or the end, backwards) if left out. */
  readonly from?: bigint;
  readonly maxCount?: number;
}

/**
 * Which events of the log are wanted: those of streams, or those of types, that begin with one of
 * these. The server filters, so that what is not wanted is neither sent nor parsed.
 */
export type LogFilter =
  | { readonly streamPrefixes: readonly string[]; readonly typePrefixes?: never }
  | { readonly typePrefixes: readonly string[]; readonly streamPrefixes?: never };

/** Which part of the log to subscribe to. */
export type SubscribeOptions = LogFilter & {
  /** Exclusive. `null` begins at the beginning of the log. */
  readonly after: Position | null;
  readonly signal: AbortSignal;
};

/**
 * The event log. The only way to durable facts.
 *
 * Every method rejects with a `DomainError` of kind `unavailable` (`event_store_unavailable`)
 * when the store does not answer in time.
 */
export interface EventStore {
  /**
   * Appends all events or none, durably.
   *
   * An append whose outcome is unknown is retried with the same ids, so a resolved promise means:
   * stored exactly once. Rejects with {@link WrongExpectedRevision} on a conflict.
   */
  append(
    stream: string,
    expected: ExpectedRevision,
    events: readonly NewEvent[],
  ): Promise<AppendResult>;
  /** The events of a stream, oldest first unless said otherwise; empty if there is none. */
  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent>;
  /**
   * The log from a position on, then live. One connection: it ends with an error when the
   * connection does; {@link followLog} adds resubscription.
   */
  subscribeToAll(options: SubscribeOptions): AsyncIterable<LogMessage>;
  /** Position of the last event of the log; `null` if it is empty. */
  headPosition(): Promise<Position | null>;
  close(): Promise<void>;
}
