import { describe, expect, it } from '@jest/globals';
import {
  EventStoreDBClient,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client';
import { collect, events, newStream, rejectionOf, useStore } from './harness.js';

const store = useStore();
const isEmbedded = process.env['EVENTSTORE_CONTRACT_URL'] === undefined;

(isEmbedded ? describe : describe.skip)('what the embedded store does not have', () => {
  it.each<[string, () => Promise<unknown>]>([
    [
      'persistent_subscriptions.PersistentSubscriptions/Create',
      () =>
        store.client.createPersistentSubscriptionToStream(
          newStream(),
          'group',
          persistentSubscriptionToStreamSettingsFromDefaults(),
        ),
    ],
    [
      'persistent_subscriptions.PersistentSubscriptions/Delete',
      () => store.client.deletePersistentSubscriptionToStream(newStream(), 'group'),
    ],
    ['projections.Projections/Statistics', () => collect(asAsync(store.client.listProjections()))],
    [
      'projections.Projections/Create',
      () => store.client.createProjection('p', 'fromAll()', { emitEnabled: true }),
    ],
  ])('%s says so, and where to find it', async (method, call) => {
    const error = await rejectionOf(call());
    expect(error).toMatchObject({ code: 12 });
    expect((error as Error).message).toContain(
      `${method} is not part of the embedded event store: connect to EventStoreDB or KurrentDB for it.`,
    );
  });
});

describe('a client that looks for a cluster', () => {
  it('finds a cluster of one and works with it', async () => {
    const host = /\/\/([^?/]*)/.exec(store.url)![1]!;
    const client = EventStoreDBClient.connectionString(`esdb+discover://${host}?tls=false`);
    const stream = newStream();
    await client.appendToStream(stream, events(2), { requiresLeader: true });
    expect(await collect(client.readStream(stream))).toHaveLength(2);
    await client.dispose();
  });
});

async function* asAsync(items: Promise<unknown[]>): AsyncGenerator {
  yield* await items;
}
