import { connectEventStore, type EventStore, type NewEvent } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { EventStoreDBClient, jsonEvent, streamNameFilter } from '@eventstore/db-client';
import { v4 as uuid } from 'uuid';

const EVENT_BYTES = 600;
const STREAM_PREFIX = 'lead-';

/** A way to the log, which is what is measured. */
export interface LogClient {
  /** As in the text that is printed. */
  readonly name: string;
  /** Appends one event to a stream that does not exist yet. */
  append(stream: string): Promise<unknown>;
  /** The data of what a stream holds. */
  readStream(stream: string): AsyncIterable<unknown>;
  /** The data of all events that the log holds now. */
  readLog(): AsyncIterable<unknown>;
  /** The data of all events of leads, those that come later, too. */
  subscribe(): AsyncIterable<unknown>;
  close(): Promise<void>;
}

/** Another lead's stream. */
export function newStream(): string {
  return STREAM_PREFIX + uuid();
}

/** The way of the product: the port that api and worker go through. */
export function adapterOfProduct(url: string): LogClient {
  const store = connectEventStore(url);
  return {
    name: 'our adapter',
    append: (stream) => store.append(stream, 'no_stream', [leadReceived()]),
    readStream: (stream) => dataOf(store.readStream(stream)),
    // As audits and rebuilds read it: there is no other way through the port.
    readLog: () => follow(store, '', true),
    subscribe: () => follow(store, STREAM_PREFIX, false),
    close: () => store.close(),
  };
}

/** The client that the store's makers publish, unmodified. */
export function officialClient(url: string): LogClient {
  const client = EventStoreDBClient.connectionString(url);
  return {
    name: 'the official client',
    append: (stream) =>
      client.appendToStream(stream, jsonEvent({ ...leadReceived() }), {
        expectedRevision: 'no_stream',
      }),
    readStream: (stream) => dataOfResolved(client.readStream(stream)),
    readLog: () => dataOfResolved(client.readAll()),
    subscribe: () =>
      dataOfResolved(
        client.subscribeToAll({ filter: streamNameFilter({ prefixes: [STREAM_PREFIX] }) }),
      ),
    close: () => client.dispose(),
  };
}

function leadReceived(): NewEvent {
  return {
    id: uuid(),
    type: 'LeadReceived',
    data: { leadId: uuid(), text: 'x'.repeat(EVENT_BYTES - 350) },
    metadata: {
      schemaVersion: 1,
      tenantId: 'demo' as TenantId,
      actor: { kind: 'system', id: 'bench' },
      occurredAt: new Date().toISOString(),
      commandId: uuid(),
      $correlationId: uuid(),
      $causationId: uuid(),
    },
  };
}

async function* follow(store: EventStore, prefix: string, endsAtEnd: boolean): AsyncGenerator {
  const ending = new AbortController();
  const { signal } = ending;
  const messages = store.subscribeToAll({ after: null, streamPrefixes: [prefix], signal });
  for await (const message of messages) {
    if (message.kind === 'event') yield message.event.data;
    else if (message.kind === 'caught_up' && endsAtEnd) return;
  }
}

async function* dataOf(events: AsyncIterable<{ readonly data: unknown }>): AsyncGenerator {
  for await (const { data } of events) yield data;
}

async function* dataOfResolved(
  events: AsyncIterable<{ readonly event?: { readonly data: unknown } }>,
): AsyncGenerator {
  for await (const { event } of events) yield event?.data;
}
