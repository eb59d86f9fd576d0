import { type PostgresEventStore } from '@event-driven-io/emmett-postgresql';
import { EventCatalog, type EventStore, type StoredEvent } from '#libs/event-store';
import { LEAD_PREFIX, type LeadEvent, leadEvents } from '#libs/leads';
import { type CopiedLeadEvent } from './lead-list.events.js';

/**
 * Appends the first `count` lead events of the ledger's log to Emmett's store, in their order, and
 * tells how many leads they are of.
 *
 * One at a time: of appends at the same time, a later transaction may have got an earlier position,
 * and Emmett's consumer then passes over its events.
 */
export async function copyHistories(
  log: EventStore,
  emmett: PostgresEventStore,
  count: number,
  onProgress: (done: number) => void,
): Promise<{ readonly events: number; readonly leads: number }> {
  const filled = { events: 0, leads: 0 };
  for await (const event of leadHistory(log, count)) {
    await append(emmett, event);
    filled.events += 1;
    if (event.type === 'LeadReceived') filled.leads += 1;
    onProgress(filled.events);
  }
  return filled;
}

async function append(emmett: PostgresEventStore, event: StoredEvent<LeadEvent>): Promise<void> {
  const { type, stream, revision, metadata, recordedAt } = event;
  const rest = { tenantId: metadata.tenantId, recordedAt: recordedAt.toISOString() };
  const copied = { type, data: { ...event.data, ...rest } } as CopiedLeadEvent;
  const expectedStreamVersion = revision === 0n ? 'STREAM_DOES_NOT_EXIST' : revision;
  await emmett.appendToStream<CopiedLeadEvent>(stream, [copied], { expectedStreamVersion });
}

async function* leadHistory(
  log: EventStore,
  count: number,
): AsyncGenerator<StoredEvent<LeadEvent>> {
  const catalog = new EventCatalog(leadEvents);
  const stop = new AbortController();
  const { signal } = stop;
  let seen = 0;
  try {
    const streamPrefixes = [LEAD_PREFIX];
    for await (const message of log.subscribeToAll({ after: null, streamPrefixes, signal })) {
      if (message.kind === 'caught_up') return;
      const event = message.kind === 'event' ? catalog.decode(message.event) : null;
      if (event === null) continue;
      yield event as StoredEvent<LeadEvent>;
      seen += 1;
      if (seen === count) return;
    }
  } finally {
    stop.abort();
  }
}
