import { EventCatalog, type RecordedEvent, type StoredEvent } from '#libs/event-store';

/** Hands every event on as it was stored: it is decoded when it is acted upon, if it is at all. */
export class UndecodedLog extends EventCatalog {
  constructor() {
    super([]);
  }

  override decode(recorded: RecordedEvent): StoredEvent {
    return recorded as StoredEvent;
  }
}
