import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accountEvents } from '#libs/accounts';
import { CommandRunner, EventCatalog } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { leadEvents, suppressionEvents } from '#libs/leads';
import {
  DataKeys,
  isErased,
  MasterKey,
  PostgresDataKeyStore,
  PostgresTenantSecretStore,
  type Sealed,
  TenantSecrets,
} from '#libs/privacy';
import { connectDatabase } from '#libs/read-db';
import {
  type FreshDatabase,
  freshDatabase,
  startTestEventStore,
  type TestEventStore,
} from '#libs/testing';
import { type StackConnection } from '../connection/stack-connection.js';
import { createTenant } from './accounts.js';
import { generateLeads, type GenerateRequest } from './generate-leads.js';

const catalog = new EventCatalog([...accountEvents, ...leadEvents, ...suppressionEvents]);

let log: TestEventStore;
let fresh: FreshDatabase;
let stack: StackConnection;

beforeAll(async () => {
  [log, fresh] = await Promise.all([startTestEventStore(), freshDatabase()]);
  const database = connectDatabase({ url: fresh.url, role: 'owner', applicationName: 'spec' });
  const masterKey = MasterKey.fromBase64(Buffer.alloc(32, 3).toString('base64'));
  stack = {
    ...{ eventStore: log.store, runner: new CommandRunner(log.store, catalog), database },
    keys: new DataKeys({ store: new PostgresDataKeyStore(database), masterKey }),
    secrets: new TenantSecrets({ store: new PostgresTenantSecretStore(database), masterKey }),
  };
  await createTenant(stack, 'try-out' as TenantId, 'Try out', 'sandbox');
  await createTenant(stack, 'real' as TenantId, 'Real', 'live');
});

afterAll(async () => {
  await stack.database.close();
  await log.close();
  await fresh.drop();
});

const request = (overrides: Partial<GenerateRequest> = {}): GenerateRequest => ({
  ...{ tenantId: 'try-out' as TenantId, leads: 40, seed: 3 },
  ...{ from: new Date('2026-03-03T00:00:00Z'), until: new Date('2026-06-01T00:00:00Z') },
  ...overrides,
});

describe('generated leads of a tenant', () => {
  it('are there once, however often they are generated, and open with the keys of the installation', async () => {
    const first = await generateLeads(stack, request(), {});
    const again = await generateLeads(stack, request(), {});
    expect(first).toMatchObject({ created: 40, alreadyThere: 0 });
    expect(again).toMatchObject({ created: 0, alreadyThere: 40, events: 0 });

    const boxes = await sealedBoxes();
    const opened = await stack.keys.openAll('try-out' as TenantId, boxes);
    expect(opened).toHaveLength(40);
    for (const personal of opened) {
      if (isErased(personal)) throw new Error('A key was not kept.');
      expect(personal.phone).toMatch(/^\+1\d{3}555\d{4}$/);
    }
  });

  it.each([
    ['whose calls are real', 'real', 'generation_needs_sandbox'],
    ['that does not exist', 'nobody', 'tenant_not_found'],
  ])('are refused to one %s', async (_, tenant, code) => {
    const refused = generateLeads(stack, request({ tenantId: tenant as TenantId }), {});
    await expect(refused).rejects.toMatchObject({ code });
  });
});

async function sealedBoxes(): Promise<Sealed<{ phone: string }>[]> {
  const stop = new AbortController();
  const { signal } = stop;
  const boxes: Sealed<{ phone: string }>[] = [];
  const streamPrefixes = ['lead-'];
  for await (const message of log.store.subscribeToAll({ after: null, streamPrefixes, signal })) {
    if (message.kind === 'caught_up') break;
    const event = message.kind === 'event' ? catalog.decode(message.event) : null;
    if (event?.type !== 'LeadReceived') continue;
    boxes.push((event.data as { personal: Sealed<{ phone: string }> }).personal);
  }
  stop.abort();
  return boxes;
}
