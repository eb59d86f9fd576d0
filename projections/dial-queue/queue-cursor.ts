import { readCursor, writeCursor } from '#libs/read-db';

/**
 * The parts of the queue, in the order they are listed: due, held up for a while, held up for good.
 */
export type QueueStage = 'due' | 'ending' | 'endless';

/** The place of a lead in the list of those that wait. */
export interface QueuePlace {
  readonly stage: QueueStage;
  /**
   * The instant that parts those that are due from the others; the same on every page. ISO-8601.
   */
  readonly now: string;
  /** Priority of its source, where it is due; 0 otherwise. */
  readonly rank: number;
  /** When it was received, where it is due; when it will be, where it is held up. ISO-8601. */
  readonly at: string;
  readonly leadId: string;
}

/** The cursor of a page that begins right after a place; {@link readQueueCursor} reads it. */
export function writeQueueCursor({ stage, now, rank, at, leadId }: QueuePlace): string {
  return writeCursor({ at: now, id: `${stage} ${rank} ${writeCursor({ at, id: leadId })}` });
}

/** The place a cursor names. Throws `invalid_cursor` for one that no page can have given out. */
export function readQueueCursor(cursor: string): QueuePlace {
  const { at: now, id: place } = readCursor(cursor);
  const [, stage = '', rank = '', rest = ''] = PLACE.exec(place) ?? [];
  // Where the place is none there is no rest either, and nothing is no cursor.
  const { at, id: leadId } = readCursor(rest);
  return { stage: stage as QueueStage, now, rank: Number(rank), at, leadId };
}

const PLACE = /^(due|ending|endless) (-?\d{1,5}) ([\w-]+)$/;
