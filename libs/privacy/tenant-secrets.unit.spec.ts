import { describe, expect, it } from '@jest/globals';
import type { TenantId } from '#libs/kernel';
import { MasterKey } from './master-key.js';
import { MemoryTenantSecretStore } from './memory-key-stores.js';
import { TenantSecrets } from './tenant-secrets.js';

const acme = 'acme' as TenantId;
const other = 'other' as TenantId;
const phone = '+15551234567';

function setUp(store = new MemoryTenantSecretStore()) {
  const masterKey = MasterKey.fromBase64(Buffer.alloc(32, 7).toString('base64'));
  return { store, secrets: new TenantSecrets({ store, masterKey }) };
}

describe('a tenant’s identity key', () => {
  it('stays what it was when the tenant is created again, here or by another process', async () => {
    const { store, secrets } = setUp();
    await secrets.create(acme);
    const hash = await secrets.phoneHash(acme, phone);
    await secrets.create(acme);
    const another = setUp(store).secrets;
    await another.create(acme);
    expect(await another.phoneHash(acme, phone)).toBe(hash);
  });

  it('is another tenant’s alone', async () => {
    const { secrets } = setUp();
    await secrets.create(acme);
    await secrets.create(other);
    expect(await secrets.phoneHash(acme, phone)).not.toBe(await secrets.phoneHash(other, phone));
  });

  it('is read once, however many ask at once, and then works without the database', async () => {
    const { store, secrets } = setUp();
    await secrets.create(acme);
    await Promise.all(Array.from({ length: 10 }, () => secrets.identity(acme)));
    store.obstacle = () => Promise.reject(new Error('down'));
    await secrets.phoneHash(acme, phone);
    expect(store.reads).toBe(1);
  });

  it('is asked for again after a failure', async () => {
    const { store, secrets } = setUp();
    await secrets.create(acme);
    store.obstacle = () => Promise.reject(new Error('down'));
    await expect(secrets.identity(acme)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'data_keys_unavailable',
    });
    store.obstacle = () => Promise.resolve();
    await expect(secrets.phoneHash(acme, phone)).resolves.toHaveLength(43);
  });

  it('is never made up for a tenant the database does not know', async () => {
    await expect(setUp().secrets.identity(acme)).rejects.toMatchObject({
      code: 'tenant_secret_missing',
    });
  });
});
