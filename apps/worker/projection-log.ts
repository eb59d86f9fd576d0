import { accountEvents, API_KEY_PREFIX, TENANT_PREFIX } from '#libs/accounts';
import {
  EventCatalog,
  type EventStore,
  followLog,
  type Position,
  type RecordedEvent,
  type StoredEvent,
  UndecodableEvent,
} from '#libs/event-store';
import { HEARTBEAT_PREFIX, heartbeatEvents } from '#libs/heartbeat';
import { LEAD_PREFIX, leadEvents, SUPPRESSION_PREFIX, suppressionEvents } from '#libs/leads';
import { type ProjectionMessage } from '#libs/read-db';

/** Every kind of stream that a read model is made of, and the heartbeats that show its lag. */
const streamPrefixes = [
  API_KEY_PREFIX,
  HEARTBEAT_PREFIX,
  LEAD_PREFIX,
  SUPPRESSION_PREFIX,
  TENANT_PREFIX,
];

export interface ProjectionLogOptions {
  readonly store: EventStore;
  readonly after: Position | null;
  readonly signal: AbortSignal;
  /** Streams beginning with one of these; those that read models are made of, if left out. */
  readonly streamPrefixes?: readonly string[];
  /** Others are passed over without being decoded; all are wanted, if left out. */
  readonly isWanted?: (event: RecordedEvent) => boolean;
  readonly onDisconnected: (error: unknown) => void;
  readonly onUnknown: (type: string) => void;
}

/**
 * The log as projections read it: one subscription for all of them. An event that does not decode
 * is a message of its own, so that it stops the projections concerned and no other.
 */
export async function* projectionLog(
  options: ProjectionLogOptions,
): AsyncGenerator<ProjectionMessage> {
  const catalog = new ForgivingCatalog(options.isWanted ?? (() => true));
  for await (const message of followLog({ streamPrefixes, ...options, catalog })) {
    if (message.kind === 'event' && message.event.data instanceof Undecodable) {
      const { type, id, position, data } = message.event;
      yield { kind: 'undecodable', type, id, position, error: data.error };
    } else yield message;
  }
}

/** Stands in for the data of an event that does not decode. */
class Undecodable {
  constructor(readonly error: UndecodableEvent) {}
}

/** Hands an event that does not decode on, marked, instead of ending the log with it. */
class ForgivingCatalog extends EventCatalog {
  constructor(private readonly isWanted: (event: RecordedEvent) => boolean) {
    super([...accountEvents, ...heartbeatEvents, ...leadEvents, ...suppressionEvents]);
  }

  override decode(recorded: RecordedEvent): StoredEvent | null {
    if (!this.isWanted(recorded)) return null;
    try {
      return super.decode(recorded);
    } catch (error) {
      if (!(error instanceof UndecodableEvent)) throw error;
      const metadata = recorded.metadata as StoredEvent['metadata'];
      return { ...recorded, metadata, data: new Undecodable(error) };
    }
  }
}
