import { type RecordedEvent } from '#libs/event-store';
import { type SeenEvent } from './reactor.js';
import { type Visit } from './reactor-ledger.js';

/** What is known of an event that was never shown before. */
export function firstVisit({ id, stream, revision, position }: SeenEvent): Visit {
  const unseen = { turn: 0, memo: null, holdsStream: false, attempts: 0 };
  return { eventId: id, stream, revision, position, ...unseen };
}

/** A server may tell no position when a stream is read; the ledger knows it. */
export function placedAt(position: bigint, event: RecordedEvent): SeenEvent {
  const { id, type, stream, revision, recordedAt, data, metadata } = event;
  return { id, type, stream, revision, position, recordedAt, data, metadata } as SeenEvent;
}
