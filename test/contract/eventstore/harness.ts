import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll } from '@jest/globals';
import {
  EventStoreDBClient,
  jsonEvent,
  type JSONEventData,
  type ResolvedEvent,
} from '@eventstore/db-client';
import { v4 as uuid } from 'uuid';
import { startEventStore } from '../../../apps/eventstore/server.js';

/** A client of the store under test. */
export interface StoreUnderTest {
  readonly url: string;
  readonly client: EventStoreDBClient;
}

/**
 * Prepares the store a suite runs against: the embedded one, in a folder of its own, or the server
 * that EVENTSTORE_CONTRACT_URL names, so that the same sentences can be checked on EventStoreDB.
 * Suites only use streams they named themselves, so they do not disturb each other there.
 */
export function useStore(): StoreUnderTest {
  const store: { url: string; client: EventStoreDBClient } = {
    url: process.env['EVENTSTORE_CONTRACT_URL'] ?? '',
    client: undefined as unknown as EventStoreDBClient,
  };
  let stop = (): Promise<void> => Promise.resolve();
  beforeAll(async () => {
    if (store.url === '') {
      const dataDir = temporaryFolder();
      const server = await startEventStore({ dataDir });
      store.url = server.url;
      stop = async () => {
        await server.close();
        rmSync(dataDir, { recursive: true });
      };
    }
    store.client = EventStoreDBClient.connectionString(store.url);
  });
  afterAll(async () => {
    // The client waits for ever for a read that was left half-way after its server had ended it.
    await Promise.race([store.client.dispose(), setTimeout(500)]);
    await stop();
  });
  return store;
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'leadledger-eventstore-'));
}

/** A stream name nobody else uses. */
export function newStream(prefix = 'contract'): string {
  return `${prefix}-${uuid()}`;
}

/** So many events, numbered from 0. */
export function events(count: number, type = 'Numbered'): JSONEventData[] {
  return Array.from({ length: count }, (_, index) => jsonEvent({ type, data: { index } }));
}

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** The ids of what was read, in its order. */
export function idsOf(read: readonly Pick<ResolvedEvent, 'event'>[]): (string | undefined)[] {
  return read.map(({ event }) => event?.id);
}

/** The error a promise rejects with; fails if it does not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => ({ rejected: false as const }),
    (error: unknown) => ({ rejected: true as const, error }),
  );
  if (!outcome.rejected) throw new Error('Expected a rejection.');
  return outcome.error;
}
