import { API_KEY_PREFIX, TENANT_PREFIX } from '#libs/accounts';
import { DESTINATION_PREFIX, DIALING_PREFIX, SCRIPT_PREFIX } from '#libs/calls';
import { type EventStore, followLog, type Position, type RecordedEvent } from '#libs/event-store';
import { HEARTBEAT_PREFIX } from '#libs/heartbeat';
import { LEAD_PREFIX, SUPPRESSION_PREFIX } from '#libs/leads';
import { POSTBACK_DELIVERY_PREFIX, POSTBACK_TARGETS_PREFIX } from '#libs/postbacks';
import { type ProjectionMessage } from '#libs/read-db';
import { ForgivingCatalog, toMessage } from './forgiving-catalog.js';

/** Streams of who uses the caps of a destination. */
const DESTINATION_USAGE_PREFIX = 'destinationUsage-';
/** Streams of reports from buyers’ platforms. */
const POSTBACK_PREFIX = 'postback-';
/** Streams of buyers’ feedback on leads. */
const LEAD_FEEDBACK_PREFIX = 'leadFeedback-';
/** Streams of statements of buyers. */
const STATEMENT_PREFIX = 'statement-';

/**
 * Streams of settings that no read model is made of. They are followed so that read models stand
 * where whoever changed one was told that it stands in the log, and waits for (`waitFor`).
 */
const settingsPrefixes = [
  DIALING_PREFIX,
  POSTBACK_TARGETS_PREFIX,
  ...['callerId-', 'dncRules-', 'aliasMap-', 'postbackToken-'],
];

/** Every kind of stream that a read model is made of, and the heartbeats that show its lag. */
const streamPrefixes = [
  ...settingsPrefixes,
  API_KEY_PREFIX,
  DESTINATION_PREFIX,
  DESTINATION_USAGE_PREFIX,
  HEARTBEAT_PREFIX,
  LEAD_FEEDBACK_PREFIX,
  LEAD_PREFIX,
  SCRIPT_PREFIX,
  POSTBACK_PREFIX,
  POSTBACK_DELIVERY_PREFIX,
  STATEMENT_PREFIX,
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
 * is a message of its own, so that it is a dead letter of the projections concerned and no other.
 */
export async function* projectionLog(
  options: ProjectionLogOptions,
): AsyncGenerator<ProjectionMessage> {
  const catalog = new ForgivingCatalog(options.isWanted);
  for await (const message of followLog({ streamPrefixes, ...options, catalog })) {
    yield message.kind === 'event' ? toMessage(message.event) : message;
  }
}
