import { callEvents } from '#events/calls';
import { postbackEvents, revenueEvents } from '#events/revenue';
import { connectEventStore, EventCatalog, type EventStore } from '#libs/event-store';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import {
  aPostbackReading,
  aTransferReport,
  callBridged,
  callEnded,
  postbackLeftUnmatched,
  postbackMatched,
  postbackReceived,
  postbackSettled,
  revenueConfirmed,
  revenueRevised,
  transferRequested,
  until,
} from '#libs/testing';
import { randomUUID } from 'node:crypto';
import {
  type Answer,
  type RunningApi,
  startApi,
  startServers,
  startWorker,
} from './api.harness.js';

const tenantId = 'demo' as TenantId;
const catalog = new EventCatalog([...callEvents, ...revenueEvents, ...postbackEvents]);
/** Ids of a call that is to be handed over. */
export const call = () => ({
  ...{ leadId: randomUUID(), callId: randomUUID(), transferId: randomUUID() },
});
type TransferIds = ReturnType<typeof call>;

/** An api with read models of a January in which money was reported. */
export interface ReportedJanuary {
  readonly api: RunningApi;
  /** A key of the tenant. */
  readonly key: string;
  readonly get: (path: string, by?: string) => Promise<Answer>;
  readonly transfers: Readonly<Record<'one' | 'two' | 'three', TransferIds>>;
  /** When the revision was not known yet. */
  readonly beforeRevision: string;
  /** States more facts on a stream; answers the position of the last one. */
  readonly state: (stream: string, events: readonly DomainEvent[]) => Promise<string>;
  /** Where the log ends. */
  readonly position: string;
  close(): Promise<void>;
}

/**
 * Three transfers, two on January 6 in Chicago: the first confirmed with 45 dollars and then
 * revised to 70; the second of a campaign, the third to another destination. A hit of 12.34 on
 * January 6 is unmatched.
 */
export async function startReportedJanuary(): Promise<ReportedJanuary> {
  const servers = await startServers();
  const api = await startApi(servers);
  const worker = startWorker(servers);
  const store = connectEventStore(servers.eventStoreUrl);
  const key = await api.createKey('demo', { rateLimitPerMinute: 100_000 });
  return {
    ...{ api, key, ...(await january(store)) },
    state: (stream, events) => happened(store, stream, events),
    get: (path, by = key) => api.request(path, { key: by }),
    close: async () => {
      await store.close();
      await api.close();
      await worker.stop();
      await servers.close();
    },
  };
}

async function january(store: EventStore) {
  const [one, two, three] = [call(), call(), call()];
  const [bright, sunny] = [randomUUID(), randomUUID()];
  const to = { destinationId: bright, destinationName: '=Bright, "Solar"' };
  const mail = { ...to, campaign: { utm_source: 'mail' }, source: null };
  const third = { destinationId: sunny, destinationName: 'Sunny' };
  const entry = { ...one, destinationId: bright };
  const report = aTransferReport({ postbackId: 'hit-1' });
  const ofOne = `lead-${one.leadId}`;
  const tell = (stream: string, events: readonly DomainEvent[]) => happened(store, stream, events);
  await tell(ofOne, transfer(one, '2026-01-06T16:00:00.000Z', to));
  await tell(`lead-${two.leadId}`, transfer(two, '2026-01-07T05:59:59.000Z', mail));
  await tell(`lead-${three.leadId}`, transfer(three, '2026-01-07T06:00:00.000Z', third));
  await tell('postback-hit-1', [
    postbackReceived({ destinationId: bright }),
    postbackSettled({ leadId: one.leadId, transferId: one.transferId }),
  ]);
  const reading = aPostbackReading({ payoutMinor: 1_234, vendorCallId: 'vendor-2' });
  await tell('postback-hit-2', [
    postbackReceived({ postbackId: 'hit-2', destinationId: bright, reading }),
    postbackLeftUnmatched({ postbackId: 'hit-2' }),
  ]);
  await tell(ofOne, [postbackMatched({ ...one, report }), revenueConfirmed(entry)]);
  const beforeRevision = await lastRecordedAt(store, ofOne);
  // The log tells instants to the millisecond: what comes next must come in another one.
  await until('the next millisecond', () => Date.now() > Date.parse(beforeRevision) + 1);
  const position = await tell(ofOne, [revenueRevised(entry)]);
  return { transfers: { one, two, three }, beforeRevision, position };
}

/** What happens to a call that is handed over, and estimated at 30 dollars. */
export function transfer(ids: TransferIds, bridgedAt: string, more: object): DomainEvent[] {
  const estimate = { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' };
  return [
    transferRequested({ ...ids, ...more, requestedAt: bridgedAt }),
    callBridged({ ...ids, bridgedAt }),
    callEnded({ ...ids, disposition: 'transferred', connectedSeconds: 120, estimate }),
  ];
}

/** States facts as calling and matching will; answers the position of the last one. */
async function happened(store: EventStore, stream: string, events: readonly DomainEvent[]) {
  const stored = events.map((event) => {
    catalog.assertWritable(event);
    const metadata = {
      ...{ schemaVersion: 1, tenantId, actor: { kind: 'system', id: 'spec' } as const },
      ...{ occurredAt: new Date().toISOString(), commandId: randomUUID() },
      ...{ $correlationId: stream, $causationId: 'spec' },
    };
    const data = event.data as Readonly<Record<string, unknown>>;
    return { id: randomUUID(), type: event.type, data, metadata };
  });
  const { position } = await store.append(stream, await revisionOf(store, stream), stored);
  return String(position);
}

async function revisionOf(store: EventStore, stream: string): Promise<bigint | 'no_stream'> {
  let revision: bigint | 'no_stream' = 'no_stream';
  for await (const event of store.readStream(stream)) ({ revision } = event);
  return revision;
}

async function lastRecordedAt(store: EventStore, stream: string): Promise<string> {
  let at = '';
  for await (const event of store.readStream(stream)) at = event.recordedAt.toISOString();
  return at;
}
