import { postbackDeliveryEvents } from '#events/postbacks';
import { feedbackEvents, postbackEvents, statementEvents } from '#events/revenue';
import { accountEvents } from '#libs/accounts';
import { destinationEvents, destinationUsageEvents, scriptEvents } from '#events/calls';
import {
  EventCatalog,
  type Position,
  type RecordedEvent,
  type StoredEvent,
  UndecodableEvent,
} from '#libs/event-store';
import { heartbeatEvents } from '#libs/heartbeat';
import { leadStreamEvents, suppressionEvents } from '#libs/leads';
import { type LogItem, type ProjectionMessage } from '#libs/read-db';

/**
 * Every event that read models are made of. Hands one that does not decode on, marked, instead of
 * ending the log with it, and one that is not wanted without decoding it; {@link toMessage} says
 * which is which.
 */
export class ForgivingCatalog extends EventCatalog {
  constructor(private readonly isWanted: (event: RecordedEvent) => boolean = () => true) {
    super([
      ...accountEvents,
      ...destinationEvents,
      ...destinationUsageEvents,
      ...heartbeatEvents,
      ...leadStreamEvents,
      ...scriptEvents,
      ...feedbackEvents,
      ...postbackEvents,
      ...statementEvents,
      ...postbackDeliveryEvents,
      ...suppressionEvents,
    ]);
  }

  override decode(recorded: RecordedEvent): StoredEvent | null {
    if (!this.isWanted(recorded)) return unopened(recorded);
    try {
      return super.decode(recorded);
    } catch (error) {
      if (!(error instanceof UndecodableEvent)) throw error;
      const metadata = recorded.metadata as StoredEvent['metadata'];
      return { ...recorded, metadata, data: new Undecodable(error) };
    }
  }
}

/** Stands in for the data of an event that does not decode. */
class Undecodable {
  constructor(readonly error: UndecodableEvent) {}
}

/** Stands in for the data of an event that is not wanted. */
const notWanted = {};

/** Of what was stored, nothing is asked for that would have to be parsed. */
function unopened({ id, type, stream, revision, position, recordedAt }: RecordedEvent) {
  const metadata = {} as StoredEvent['metadata'];
  return { id, type, stream, revision, position, recordedAt, data: notWanted, metadata };
}

/** What a {@link ForgivingCatalog} made of an event, as a message of the log. */
export function toMessage(event: StoredEvent & { readonly position: Position }): ProjectionMessage {
  const { data, position, recordedAt } = event;
  if (data === notWanted) return { kind: 'passed_over', position, recordedAt };
  const item = toLogItem(event);
  return 'error' in item ? { kind: 'undecodable', ...item } : { kind: 'event', event: item };
}

/** As {@link toMessage}, where every event is wanted. */
export function toLogItem(event: StoredEvent & { readonly position: Position }): LogItem {
  if (!(event.data instanceof Undecodable)) return event;
  const { type, id, position, stream, revision, data } = event;
  const tenantId = tenantOf(event.metadata);
  return { type, id, position, stream, revision, tenantId, error: data.error };
}

/** It may be the metadata that does not decode. */
function tenantOf(metadata: unknown): string | null {
  const known = typeof metadata === 'object' && metadata !== null && 'tenantId' in metadata;
  return known && typeof metadata.tenantId === 'string' ? metadata.tenantId : null;
}
