import { createServer, type IncomingHttpHeaders } from 'node:http';
import { type AddressInfo } from 'node:net';
import { randomBytes, randomUUID } from 'node:crypto';
import { callEvents, type CallEvent } from '#events/calls';
import { leadEvents, type LeadEvent } from '#events/leads';
import { revenueEvents } from '#events/revenue';
import { EventCatalog, type EventStore } from '#libs/event-store';
import { type Clock, type TenantId } from '#libs/kernel';
import { OutboundSender } from '#libs/outbound';
import { DataKeys, MasterKey, MemoryDataKeyStore, seal } from '#libs/privacy';
import { runReactors } from '#libs/reactors';
import { type Database } from '#libs/read-db';
import { callBridged, callEnded, leadReceived, transferRequested } from '#events/testing';
import { type Caller } from '../application/caller.js';
import { PostbackDesk } from '../application/postback-desk.js';
import { CreatePostbackTargetHandler } from '../application/postback-target.handlers.js';
import { PostbackScheduler } from '../application/postback-scheduler.js';
import { PostbacksClock } from '../application/postbacks-clock.js';
import { PostbacksRunner } from '../application/postbacks-runner.js';
import { RetryPostbackHandler } from '../application/retry-postback.handler.js';
import { TargetBook } from '../application/target-book.js';
import { type RevenueEntry } from '../domain/call-result.js';
import { Postbacks } from './postbacks.reactor.js';

export const acme = 'acme' as TenantId;

/** Somebody who sends commands, once. */
export const aCaller = (): Caller => ({
  actor: { kind: 'operator', id: 'spec' },
  ...{ commandId: randomUUID(), causationId: randomUUID() },
});

/** A request as a receiver got it. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver on this machine that answers what it is told to, in turn; then always the last. */
export async function aReceiver() {
  const received: Received[] = [];
  let statuses = [200];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      response.writeHead(status ?? 200).end(`status ${status}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}`,
    answers: (...next: number[]) => (statuses = next),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Everything of postbacks in one process, on keys of its own. */
export function aHouse(store: EventStore, clock: Clock) {
  const masterKey = MasterKey.fromBase64(randomBytes(32).toString('base64'));
  const keys = new DataKeys({ store: new MemoryDataKeyStore(), masterKey });
  const sender = new OutboundSender({ privateAllowed: true });
  const runner = new PostbacksRunner(store);
  const book = new TargetBook(runner, keys);
  const desk = new PostbackDesk({ runner, book, keys, sender, clock });
  const scheduler = new PostbackScheduler({ runner, book, clock });
  const create = new CreatePostbackTargetHandler(book, sender, new PostbacksClock(clock));
  const retry = new RetryPostbackHandler(runner, book, new PostbacksClock(clock));
  return { store, clock, keys, sender, runner, book, scheduler, desk, create, retry };
}

/** What {@link aHouse} makes. */
export type House = ReturnType<typeof aHouse>;

/** The reactor at work, as the worker runs it; resolves once it follows the log. */
export async function startPostbacks(house: House, database: Database) {
  const { store, clock } = house;
  const stop = new AbortController();
  const started = Promise.withResolvers<undefined>();
  const running = runReactors({
    ...{ store, database, clock, signal: stop.signal, limits: { pollMs: 10 } },
    reactors: [new Postbacks(house).reactor],
    report: ({ kind }) => {
      if (kind === 'started') started.resolve(undefined);
    },
  });
  await started.promise;
  return {
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

/** What is different about a call. */
export interface CallWish {
  readonly tenantId?: TenantId;
  readonly mode?: 'live' | 'test';
  readonly destinationId?: string;
  readonly billable?: boolean;
  readonly phone?: string;
  readonly endedAt?: string;
}

const catalog = new EventCatalog([...leadEvents, ...callEvents, ...revenueEvents]);

/** A lead that was handed over for 95 seconds, worth 42.50 unless it is not billable. */
export async function aCall({ store, keys }: House, wish: CallWish = {}) {
  const { tenantId = acme, mode = 'live', phone = '+15125550100', billable = true } = wish;
  const { destinationId = 'buyer-1', endedAt = callEnded().data.endedAt } = wish;
  const ids = { leadId: randomUUID(), callId: randomUUID(), transferId: randomUUID() };
  const key = await keys.take(tenantId);
  const personal = seal(key, { tenantId }, { phone });
  const amountMinor = billable ? 4_250 : 0;
  const estimate = { amountMinor, currency: 'USD', billable, rule: 'fixed' };
  await state(store, tenantId, ids.leadId, 'no_stream', [
    leadReceived({ leadId: ids.leadId, mode, keyId: key.id, personal }),
    transferRequested({ ...ids, mode, destinationId }),
    callBridged({ ...ids, destinationId }),
    callEnded({ ...ids, disposition: 'transferred', connectedSeconds: 95, estimate, endedAt }),
  ]);
  return { ...ids, keyId: key.id };
}

/** The books say what a call of {@link aCall} is worth; resolves to the id of that entry. */
export async function booked(
  { store, runner }: House,
  call: Awaited<ReturnType<typeof aCall>>,
  entry: RevenueEntry,
): Promise<string> {
  const { leadId, callId, transferId } = call;
  const stream = `lead-${leadId}`;
  const before = await runner.history(stream);
  const data = { ...entry.data, leadId, callId, transferId };
  const event = { ...entry, data } as RevenueEntry;
  await state(store, acme, leadId, BigInt(before.length - 1), [event]);
  return (await runner.history(stream)).at(-1)?.id ?? '';
}

async function state(
  store: EventStore,
  tenantId: TenantId,
  leadId: string,
  expected: 'no_stream' | bigint,
  events: readonly (LeadEvent | CallEvent | RevenueEntry)[],
): Promise<void> {
  const stored = events.map((event) => {
    catalog.assertWritable(event);
    const metadata = {
      ...{ schemaVersion: catalog.versionOf(event.type), tenantId },
      ...{ actor: { kind: 'system', id: 'calls' } as const, commandId: randomUUID() },
      ...{ occurredAt: new Date().toISOString(), $correlationId: leadId, $causationId: 'spec' },
    };
    return { id: randomUUID(), type: event.type, data: event.data, metadata };
  });
  await store.append(`lead-${leadId}`, expected, stored);
}
