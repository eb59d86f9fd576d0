import { type DecodedMessage } from '#libs/event-store';
import { type ProjectedEvent } from './projection.js';

/** Where an event is, in the log and in its stream. */
export interface StoredPlace {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
}

/** An event of a known type that does not decode. */
export interface UndecodableItem extends StoredPlace {
  readonly type: string;
  readonly id: string;
  /** `null` if it does not tell. */
  readonly tenantId: string | null;
  readonly error: Error;
}

/** An event that concerns none of those who read: it is there and counts, and was not decoded. */
export interface PassedEvent {
  readonly kind: 'passed_over';
  readonly position: bigint;
  readonly recordedAt: Date;
}

/**
 * One message of the log. An undecodable event may come as a message of its own: it then
 * concerns only the projections that have a handler for its type.
 */
export type ProjectionMessage =
  DecodedMessage | PassedEvent | ({ readonly kind: 'undecodable' } & UndecodableItem);

/** What the log holds at one position, as far as projections are concerned. */
export type LogItem = ProjectedEvent | UndecodableItem;

/** A stretch of the log, looked at once for all projections. */
export interface Batch {
  readonly items: readonly LogItem[];
  /** Of each item's id, for the digest of what was applied. */
  readonly fingerprints: readonly Uint32Array[];
  /** How many events of the stretch are no items, because they were passed over. */
  readonly passedOver: number;
  /** Everything up to here was considered; `null` if the messages said nothing of a position. */
  readonly end: bigint | null;
  /** When the last event of it was recorded; `null` if it holds none. */
  readonly recordedAt: Date | null;
}
