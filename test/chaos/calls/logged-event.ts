import { type CallEvent, callEvents } from '#events/calls';
import { type DestinationUsageEvent, destinationUsageEvents } from '#events/calls';
import { connectEventStore, EventCatalog, followLog } from '#libs/event-store';
import { LEAD_PREFIX, type LeadEvent, leadEvents } from '#events/leads';
import { DESTINATION_USAGE_PREFIX } from '#libs/calls';

/** What the log says of leads, calls and slots. */
export type LoggedEvent = LeadEvent | CallEvent | DestinationUsageEvent;

/** All of it, in the order of the log. */
export async function readCallLog(eventStoreUrl: string): Promise<LoggedEvent[]> {
  const store = connectEventStore(eventStoreUrl);
  const done = new AbortController();
  const events: LoggedEvent[] = [];
  const log = followLog({
    store,
    catalog: new EventCatalog([...leadEvents, ...callEvents, ...destinationUsageEvents]),
    after: null,
    streamPrefixes: [LEAD_PREFIX, DESTINATION_USAGE_PREFIX],
    signal: done.signal,
  });
  for await (const message of log) {
    if (message.kind === 'caught_up') break;
    if (message.kind === 'event') events.push(message.event as unknown as LoggedEvent);
  }
  await store.close();
  return events;
}
