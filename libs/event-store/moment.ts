import { DomainError } from '#libs/kernel';
import { type Position } from './port.js';

/**
 * A moment of the log, everything recorded at it included: an instant (ISO-8601), or a position.
 */
export type Moment =
  | { readonly kind: 'instant'; readonly instant: string }
  | { readonly kind: 'position'; readonly position: Position };

/**
 * By how much the clocks of an installation may differ, and by how much one may be set back.
 *
 * The log is ordered by position. That instants follow this order, and that a fact is not dated
 * later than it was recorded, is true within this tolerance only.
 */
export const CLOCK_TOLERANCE_MS = 60_000;

/** What is known of when an event was recorded. */
export interface Recorded {
  readonly recordedAt: Date;
  readonly position: Position | null;
}

/** Whether an event had been recorded by a moment. Throws `position_unknown`. */
export function isRecordedBy({ recordedAt, position }: Recorded, moment: Moment): boolean {
  if (moment.kind === 'instant') return recordedAt.getTime() <= Date.parse(moment.instant);
  if (position === null) throw positionUnknown();
  return position <= moment.position;
}

/** Whether nothing after this event can have been recorded by a moment. */
export function isBeyond({ recordedAt, position }: Recorded, moment: Moment): boolean {
  if (moment.kind === 'instant') {
    return recordedAt.getTime() > Date.parse(moment.instant) + CLOCK_TOLERANCE_MS;
  }
  return position !== null && position > moment.position;
}

/**
 * The events of a stream up to the last one recorded by a moment. A part from the beginning, never
 * one with a gap, though a clock may have been set back between two of them.
 */
export function recordedBy<Event extends Recorded>(
  stream: readonly Event[],
  moment: Moment,
): Event[] {
  return stream.slice(0, stream.findLastIndex((event) => isRecordedBy(event, moment)) + 1);
}

/** What knows the present: the end of the log, and the time. */
export interface Present {
  headPosition(): Promise<Position | null>;
  now(): Date;
}

/**
 * Refuses a moment that is not over: what had happened by then can still change. Rejects with
 * `as_of_in_future`.
 */
export async function refuseFuture(moment: Moment, present: Present): Promise<void> {
  if (moment.kind === 'instant') {
    const now = present.now();
    if (Date.parse(moment.instant) > now.getTime()) throw inFuture(`It is ${now.toISOString()}.`);
    return;
  }
  const head = await present.headPosition();
  if (head === null || moment.position > head) throw inFuture(`The log ends at ${head ?? 0n}.`);
}

/** A moment that is not over yet; `fact` says what is. */
export function inFuture(fact: string): DomainError {
  return new DomainError(
    'validation',
    'as_of_in_future',
    `The moment asked for is in the future. ${fact} Ask as of one that is over, or leave it out.`,
  );
}

/** Older servers do not tell where in the log the events of a stream are. */
function positionUnknown(): DomainError {
  return new DomainError(
    'unavailable',
    'position_unknown',
    'This event store does not tell the positions of a stream’s events. Ask as of an instant.',
  );
}
