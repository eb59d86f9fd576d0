import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EventCatalog, followLog } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { leadEvents } from '#libs/leads';
import {
  caughtUpTo,
  connectDatabase,
  type Database,
  inTenant,
  runProjections,
} from '#libs/read-db';
import { leadListProjection, listLeads } from '#projections/lead-list';
import {
  type FreshDatabase,
  freshDatabase,
  leadReceived,
  startTestEventStore,
  storedEvent,
  type TestEventStore,
} from './index.js';

const acme = 'acme' as TenantId;

const catalog = new EventCatalog(leadEvents);

let log: TestEventStore;
let fresh: FreshDatabase;
let worker: Database;

beforeAll(async () => {
  log = await startTestEventStore();
  fresh = await freshDatabase({ readModels: [leadListProjection] });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
});

afterAll(async () => {
  await worker.close();
  await fresh.drop();
  await log.close();
});

describe('a read model of a real log', () => {
  it('shows what was appended once it has caught up to where that stands', async () => {
    const stop = new AbortController();
    const running = runProjections({
      database: worker,
      projections: [leadListProjection],
      log: (after, signal) =>
        followLog({
          store: log.store,
          catalog,
          after,
          streamPrefixes: ['lead-'],
          signal,
        }),
      signal: stop.signal,
    });
    for (const number of [1, 2, 3]) {
      const leadId = `lead-${number}`;
      const schemaVersion = catalog.versionOf('LeadReceived');
      const { position } = await log.store.append(`lead-${leadId}`, 'no_stream', [
        storedEvent(leadReceived({ leadId }), BigInt(number), { schemaVersion }),
      ]);
      expect(await caughtUpTo(worker, ['lead_list'], position, { timeoutMs: 60_000 })).toBe(true);
      const { items } = await inTenant(worker, acme, (transaction) => listLeads(transaction, {}));
      expect(items).toHaveLength(number);
      expect(items[0]).toMatchObject({ leadId, status: 'new', revision: 0n, position });
    }
    stop.abort();
    await running;
  });
});
