import { accountEvents } from '#libs/accounts';
import { CommandRunner, EventCatalog } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type LeadEvent, leadStreamEvents } from '#libs/leads';
import {
  DataKeys,
  MasterKey,
  PostgresDataKeyStore,
  PostgresTenantSecretStore,
  TenantSecrets,
} from '#libs/privacy';
import { connectDatabase } from '#libs/read-db';
import {
  type FreshDatabase,
  freshDatabase,
  startTestEventStore,
  type TestEventStore,
} from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StackConnection } from '../connection/stack-connection.js';
import { RunRecorder } from '../supervisor/run-recorder.js';
import { createTenant } from './accounts.js';
import { importLeads } from './import-leads.js';

const tenantId = 'acme' as TenantId;
const { DATA_DIR: dataDirBefore } = process.env;
let log: TestEventStore;
let fresh: FreshDatabase;
let stack: StackConnection;
let folder: string;
let provider: Server;

/** A provider that knows every number as listed. */
async function startProvider(): Promise<string> {
  provider = createServer((request, response) => {
    request.resume();
    response.end(JSON.stringify({ national: true }));
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(provider.address() as AddressInfo).port}/`;
}

beforeAll(async () => {
  [log, fresh] = await Promise.all([startTestEventStore(), freshDatabase()]);
  const database = connectDatabase({ url: fresh.url, role: 'owner', applicationName: 'spec' });
  const masterKey = MasterKey.fromBase64(Buffer.alloc(32, 3).toString('base64'));
  const catalog = new EventCatalog([...accountEvents, ...leadStreamEvents]);
  stack = {
    ...{ eventStore: log.store, runner: new CommandRunner(log.store, catalog), database },
    keys: new DataKeys({ store: new PostgresDataKeyStore(database), masterKey }),
    secrets: new TenantSecrets({ store: new PostgresTenantSecretStore(database), masterKey }),
  };
  await createTenant(stack, tenantId, 'Acme', 'sandbox');
  folder = await mkdtemp(join(tmpdir(), 'leadledger-import-'));
  process.env['DATA_DIR'] = folder;
});
afterAll(async () => {
  if (dataDirBefore === undefined) delete process.env['DATA_DIR'];
  else process.env['DATA_DIR'] = dataDirBefore;
  await stack.database.close();
  await log.close();
  await fresh.drop();
  await rm(folder, { recursive: true });
  provider.close();
});

describe('leads imported beside a stack that asks a do-not-call provider', () => {
  it('are checked by that provider, too', async () => {
    const run = new RunRecorder(folder);
    run.recordProcesses({});
    run.recordAddresses({ apiUrl: '' }, { eventStoreUrl: log.url, databaseUrl: fresh.url });
    const url = await startProvider();
    run.recordDncProvider({ url, key: null, timeoutMs: 4_000, onFailure: 'block' });
    await run.recordReady();
    const path = join(folder, 'leads.csv');
    await writeFile(path, 'phone\n5125550123\n');
    const outcomes = `${path}.outcomes.csv`;
    await importLeads(
      stack,
      { path, tenantId, source: null, mapping: { fields: {}, ignored: [] } },
      {
        outcomes,
        restart: false,
        signal: new AbortController().signal,
        onProgress: () => undefined,
      },
    );
    const [, , leadId] = (await readFile(outcomes, 'utf8')).split('\n')[1]!.split(',');
    const [received] = await stack.runner.history<LeadEvent>(`lead-${leadId}`);
    expect(received).toMatchObject({
      data: { verdict: { reasons: expect.arrayContaining(['dnc_national']) as unknown } },
    });
  });
});
