import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CommandRunner,
  connectEventStore,
  EventCatalog,
  type EventStore,
  type RecordedEvent,
} from '#libs/event-store';
import { type ApiKeyId, type DomainError, fixedClock, type TenantId } from '#libs/kernel';
import { MasterKey, PostgresTenantSecretStore, TenantSecrets } from '#libs/privacy';
import { connectDatabase, type Database } from '#libs/read-db';
import { type FreshDatabase, freshDatabase, until } from '#libs/testing';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EventStoreServer, startEventStore } from '../../../apps/eventstore/server.js';
import { accountEvents } from '../domain/account-events.js';
import { KeyDirectory } from '../infrastructure/key-directory.js';
import { AccountsClock } from './accounts-clock.js';
import { API_KEY_PREFIX, apiKeyStream } from './account-streams.js';
import { ApiKeyIssuer, type IssuedApiKey } from './api-key-issuer.js';
import { type ApiKeyScope } from '../domain/api-key.events.js';
import type { Caller } from './caller.js';
import { CreateApiKeyCommand, CreateApiKeyHandler } from './create-api-key.handler.js';
import { CreateTenantCommand, CreateTenantHandler } from './create-tenant.handler.js';
import { RevokeApiKeyCommand, RevokeApiKeyHandler } from './revoke-api-key.handler.js';
import { RotateApiKeyCommand, RotateApiKeyHandler } from './rotate-api-key.handler.js';

const acme = 'acme' as TenantId;
const catalog = new EventCatalog(accountEvents);
const masterKey = MasterKey.fromBase64(Buffer.alloc(32, 7).toString('base64'));
const clock = new AccountsClock(fixedClock('2026-03-01T12:00:00.000Z'));

let folder: string;
let server: EventStoreServer;
let store: EventStore;
let fresh: FreshDatabase;
let database: Database;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-'));
  [server, fresh] = await Promise.all([startEventStore({ dataDir: folder }), freshDatabase()]);
  store = connectEventStore(server.url);
  database = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'accounts.spec' });
  await instance().createTenant(acme);
});

afterAll(async () => {
  await store.close();
  await database.close();
  await Promise.all([server.close(), fresh.drop()]);
  await rm(folder, { recursive: true, force: true });
});

const newCaller = (): Caller => ({
  actor: { kind: 'operator', id: 'test' },
  commandId: randomUUID(),
  causationId: randomUUID(),
});

/** The context as one process has it: nothing is shared with another but the stores. */
function instance() {
  const runner = new CommandRunner(store, catalog);
  const issuer = new ApiKeyIssuer(runner);
  const secrets = new TenantSecrets({ store: new PostgresTenantSecretStore(database), masterKey });
  const tenants = new CreateTenantHandler(runner, secrets, clock);
  const creation = new CreateApiKeyHandler(runner, issuer, clock);
  const rotation = new RotateApiKeyHandler(runner, issuer, clock);
  const revocation = new RevokeApiKeyHandler(runner, clock);
  return {
    secrets,
    createTenant: (tenantId: TenantId, caller = newCaller()) =>
      tenants.execute(new CreateTenantCommand(tenantId, 'Acme', 'live', caller)),
    createKey: (tenantId = acme, caller = newCaller(), scopes: ApiKeyScope[] = ['write']) =>
      creation.execute(new CreateApiKeyCommand(tenantId, { name: 'Website', scopes }, caller)),
    rotate: ({ key }: IssuedApiKey, caller = newCaller(), overlapSeconds?: number) =>
      rotation.execute(
        new RotateApiKeyCommand(acme, key.keyId as ApiKeyId, caller, overlapSeconds),
      ),
    revoke: ({ key }: IssuedApiKey, tenantId = acme, reason = 'leaked') =>
      revocation.execute(
        new RevokeApiKeyCommand(tenantId, key.keyId as ApiKeyId, reason, newCaller()),
      ),
  };
}

/** The stored types of a key's events. */
async function typesOf(keyId: string): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of store.readStream(apiKeyStream(keyId as ApiKeyId))) types.push(type);
  return types;
}

/** Everything the log says of keys up to now. */
async function keyEvents(): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  const { signal } = new AbortController();
  const streamPrefixes = [API_KEY_PREFIX];
  for await (const message of store.subscribeToAll({ after: null, streamPrefixes, signal })) {
    if (message.kind === 'caught_up') break;
    if (message.kind === 'event') events.push(message.event);
  }
  return events;
}

/** What several attempts came to: how many succeeded, and the codes of the others. */
async function race<T>(attempts: Promise<T>[]): Promise<{ won: T[]; codes: string[] }> {
  const settled = await Promise.allSettled(attempts);
  return {
    won: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
    codes: settled.flatMap((one) =>
      one.status === 'rejected' ? [(one.reason as DomainError).code] : [],
    ),
  };
}

describe('creating a tenant', () => {
  it('is done once, however many processes start at the same time', async () => {
    const tenantId = 'many-starts' as TenantId;
    const { won } = await race(Array.from({ length: 5 }, () => instance().createTenant(tenantId)));
    expect(won.filter((result) => result.created)).toHaveLength(1);
    expect(won).toHaveLength(5);
  });

  it('gives it an identity, so that leads can come in', async () => {
    const tenantId = 'with-identity' as TenantId;
    await instance().createTenant(tenantId);
    await expect(instance().secrets.identity(tenantId)).resolves.toBeDefined();
  });

  it('leaves nothing behind for an id that is none', async () => {
    const tenantId = 'Not_An_Id' as TenantId;
    await expect(instance().createTenant(tenantId)).rejects.toMatchObject({
      code: 'validation_failed',
    });
  });
});

describe('creating a key', () => {
  it('shows its text once and keeps it nowhere', async () => {
    const { text, key } = await instance().createKey();
    expect(text).toMatch(/^l2i_[0-9A-Za-z]{61}$/);
    expect(text.endsWith(key.last4)).toBe(true);
    const secret = text.slice('l2i_'.length + 12, -6);
    const stored = JSON.stringify((await keyEvents()).map((event) => [event.data, event.metadata]));
    expect(stored).toContain(key.keyId);
    expect(stored).not.toContain(secret);
  });

  it('needs a tenant', async () => {
    await expect(instance().createKey('nobody' as TenantId)).rejects.toMatchObject({
      code: 'tenant_not_found',
    });
  });

  it('is refused the second time a command comes, and the first key goes on working', async () => {
    const caller = newCaller();
    const first = await instance().createKey(acme, caller);
    await expect(instance().createKey(acme, caller)).rejects.toMatchObject({
      code: 'api_key_already_created',
      details: { keyId: first.key.keyId },
    });
    expect(await authenticate(first.text)).toBe('authenticated');
  });

  it('hands out one text only when one command runs in several processes at once', async () => {
    const caller = newCaller();
    const { won, codes } = await race(
      Array.from({ length: 5 }, () => instance().createKey(acme, caller)),
    );
    expect(won).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['api_key_already_created']));
    expect(await authenticate(won[0]!.text)).toBe('authenticated');
  });
});

describe('a key that may run the installation', () => {
  it('is made by an operator, and by no key, not even one of an operator', async () => {
    const { key } = await instance().createKey(acme, newCaller(), ['operator']);
    expect(key.scopes).toEqual(['operator']);
    const caller = { ...newCaller(), actor: { kind: 'api_key', id: key.keyId } } as const;
    await expect(instance().createKey(acme, caller, ['read', 'operator'])).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'operator_scope_reserved',
    });
  });
});

describe('rotating a key', () => {
  it('makes a successor on the same terms, and both work for a day', async () => {
    const old = await instance().createKey();
    const successor = await instance().rotate(old);
    const { keyId, last4 } = old.key;
    expect({ ...successor.key, keyId, last4 }).toEqual(old.key);
    expect(successor.key.keyId).not.toBe(keyId);
    expect(successor.predecessorValidUntil).toBe('2026-03-02T12:00:00.000Z');
    expect(await authenticate(old.text)).toBe('authenticated');
    expect(await authenticate(successor.text)).toBe('authenticated');
  });

  it('ends the old key at once without an overlap', async () => {
    const old = await instance().createKey();
    await instance().rotate(old, newCaller(), 0);
    expect(await authenticate(old.text)).toBe('key_expired');
  });

  it('leaves one successor that works when several people rotate at once', async () => {
    const old = await instance().createKey();
    const before = await workingKeys();
    const { won, codes } = await race(Array.from({ length: 4 }, () => instance().rotate(old)));
    expect(won).toHaveLength(1);
    expect(new Set(codes)).toEqual(new Set(['api_key_already_rotated']));
    expect((await workingKeys()).size).toBe(before.size + 1);
    expect(await authenticate(won[0]!.text)).toBe('authenticated');
  });

  it('leaves one successor when one command runs in several processes at once', async () => {
    const old = await instance().createKey();
    const caller = newCaller();
    const { won } = await race(Array.from({ length: 4 }, () => instance().rotate(old, caller)));
    expect(won).toHaveLength(1);
    expect(await authenticate(won[0]!.text)).toBe('authenticated');
  });

  it.each([-1, 0.5, 31 * 24 * 3_600, NaN])('has no overlap of %d seconds', async (seconds) => {
    const old = await instance().createKey();
    await expect(instance().rotate(old, newCaller(), seconds)).rejects.toMatchObject({
      code: 'validation_failed',
    });
    expect(await typesOf(old.key.keyId)).toEqual(['ApiKeyCreated']);
  });
});

describe('revoking a key', () => {
  it('ends it for good, and can be repeated', async () => {
    const issued = await instance().createKey();
    await instance().revoke(issued);
    await instance().revoke(issued);
    expect(await authenticate(issued.text)).toBe('key_revoked');
    expect(await typesOf(issued.key.keyId)).toEqual(['ApiKeyCreated', 'ApiKeyRevoked']);
  });

  it('is for its own tenant only', async () => {
    const issued = await instance().createKey();
    await expect(instance().revoke(issued, 'other' as TenantId)).rejects.toMatchObject({
      code: 'api_key_not_found',
    });
    expect(await authenticate(issued.text)).toBe('authenticated');
  });

  it('takes a reason of bounded length', async () => {
    const issued = await instance().createKey();
    await expect(instance().revoke(issued, acme, 'x'.repeat(201))).rejects.toMatchObject({
      code: 'validation_failed',
    });
  });

  it('reaches every instance that follows the log, without a look-up', async () => {
    const issued = await instance().createKey();
    const directories = [1, 2].map(() => new KeyDirectory({ store, catalog, clock }));
    for (const directory of directories) directory.start();
    await Promise.all(directories.map((directory) => directory.caughtUp()));
    await instance().revoke(issued);
    for (const directory of directories) {
      await until('the revocation to arrive', async () => {
        const result = await directory.authenticate(issued.text);
        return result.outcome === 'refused' && result.code === 'key_revoked';
      });
      expect(directory.isLive).toBe(true);
      await directory.stop();
    }
  });
});

/** What an instance that just started, and follows nothing yet, makes of a key. */
async function authenticate(text: string): Promise<string> {
  const result = await new KeyDirectory({ store, catalog, clock }).authenticate(text);
  return result.outcome === 'refused' ? result.code : result.outcome;
}

/** Ids of keys that were created and neither rotated nor revoked. */
async function workingKeys(): Promise<Set<string>> {
  const working = new Set<string>();
  for (const event of await keyEvents()) {
    const { keyId } = event.data as { keyId: string };
    if (event.type === 'ApiKeyCreated') working.add(keyId);
    if (event.type === 'ApiKeyRevoked') working.delete(keyId);
  }
  return working;
}
