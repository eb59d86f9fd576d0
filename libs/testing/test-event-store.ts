import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStore } from '#libs/event-store';

/** The embedded event store with an empty log, in this process. */
export interface TestEventStore {
  readonly url: string;
  /** Connected to it, over the real protocol. */
  readonly store: EventStore;
  /** Ends both and removes the log. */
  close(): Promise<void>;
}

/** Starts an event store that only its test knows; takes some 100 ms. */
export async function startTestEventStore(): Promise<TestEventStore> {
  // Loaded here, so that tests without an event store need not wait for its native parts.
  const { startEventStore } = await import('../../apps/eventstore/server.js');
  const { connectEventStore } = await import('#libs/event-store');
  const dataDir = await mkdtemp(join(tmpdir(), 'leadledger-log-'));
  const server = await startEventStore({ dataDir });
  const store = connectEventStore(server.url);
  return {
    url: server.url,
    store,
    close: async () => {
      await store.close();
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
