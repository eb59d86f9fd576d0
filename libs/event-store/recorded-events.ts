import {
  type AllStreamRecordedEvent,
  type RecordedEvent as ClientEvent,
} from '@eventstore/db-client';
import { type Position, type RecordedEvent } from './port.js';

/** An event as the port tells it. */
export function toRecorded(event: ClientEvent): RecordedEvent {
  return {
    id: event.id,
    type: event.type,
    stream: event.streamId,
    revision: event.revision,
    position: event.position?.commit ?? null,
    recordedAt: event.created,
    data: event.data,
    metadata: event.metadata,
  };
}

/** An event of `$all`, which always has a position. */
export function toLogEvent(
  event: AllStreamRecordedEvent,
): RecordedEvent & { readonly position: Position } {
  return toRecorded(event) as RecordedEvent & { readonly position: Position };
}
