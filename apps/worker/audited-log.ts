import {
  EventCatalog,
  type EventStore,
  followLog,
  type RecordedEvent,
  type StoredEvent,
} from '#libs/event-store';
import { type AuditedLog } from '#libs/read-db';

/** What every stream's name begins with. */
export const everyStream = [''] as const;

/**
 * The log as the auditor reads it: all of it, whatever the streams that read models follow are
 * called, and nothing decoded. Goes on by itself when the connection is lost.
 */
export function auditedLog(
  store: EventStore,
  onDisconnected: (error: unknown) => void = () => undefined,
): AuditedLog {
  const catalog = new BareCatalog([]);
  return (after, signal) =>
    followLog({ store, catalog, after, signal, streamPrefixes: everyStream, onDisconnected });
}

/** Hands every event on as it is stored. */
class BareCatalog extends EventCatalog {
  override decode(recorded: RecordedEvent): StoredEvent {
    return recorded as StoredEvent;
  }
}
