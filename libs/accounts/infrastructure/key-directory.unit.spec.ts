import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CommandRunner, EventCatalog } from '#libs/event-store';
import { type ApiKeyId, fixedClock, type TenantId } from '#libs/kernel';
import { MasterKey, MemoryTenantSecretStore, TenantSecrets } from '#libs/privacy';
import { until } from '#libs/testing';
import { randomBytes, randomUUID } from 'node:crypto';
import { AccountsClock } from '../application/accounts-clock.js';
import { apiKeyStream } from '../application/account-streams.js';
import { ApiKeyIssuer, type IssuedApiKey } from '../application/api-key-issuer.js';
import { apiKeyIdFrom, formatApiKey } from '../application/api-key-text.js';
import {
  type ApiKeyWish,
  CreateApiKeyCommand,
  CreateApiKeyHandler,
} from '../application/create-api-key.handler.js';
import { CreateTenantCommand, CreateTenantHandler } from '../application/create-tenant.handler.js';
import { RevokeApiKeyCommand, RevokeApiKeyHandler } from '../application/revoke-api-key.handler.js';
import { RotateApiKeyCommand, RotateApiKeyHandler } from '../application/rotate-api-key.handler.js';
import { accountEvents } from '../domain/account-events.js';
import { GRACE_MS, KeyDirectory } from './key-directory.js';
import { ScriptedEventStore } from './scripted-event-store.fixtures.js';
import { UNKNOWN_READS_PER_SECOND } from './stream-lookup.js';

const demo = 'demo' as TenantId;
const start = Date.parse('2026-03-01T12:00:00.000Z');
const catalog = new EventCatalog(accountEvents);

let store: ScriptedEventStore;
let clock: ReturnType<typeof fixedClock>;
let directory: KeyDirectory;
let problems: unknown[];

const caller = () => ({
  actor: { kind: 'operator', id: 'test' } as const,
  commandId: randomUUID(),
  causationId: 'test',
});

/** Commands as another process would run them. */
function commands() {
  const runner = new CommandRunner(store, catalog);
  const accountsClock = new AccountsClock(clock);
  const issuer = new ApiKeyIssuer(runner);
  const masterKey = MasterKey.fromBase64(Buffer.alloc(32, 7).toString('base64'));
  const secrets = new TenantSecrets({ store: new MemoryTenantSecretStore(), masterKey });
  return {
    createTenant: (tenantId = demo) =>
      new CreateTenantHandler(runner, secrets, accountsClock).execute(
        new CreateTenantCommand(tenantId, 'Demo', 'sandbox', caller()),
      ),
    create: (wish: Partial<ApiKeyWish> = {}) =>
      new CreateApiKeyHandler(runner, issuer, accountsClock).execute(
        new CreateApiKeyCommand(demo, { name: 'Website', scopes: ['write'], ...wish }, caller()),
      ),
    rotate: ({ key }: IssuedApiKey, overlapSeconds?: number) =>
      new RotateApiKeyHandler(runner, issuer, accountsClock).execute(
        new RotateApiKeyCommand(demo, key.keyId as ApiKeyId, caller(), overlapSeconds),
      ),
    revoke: ({ key }: IssuedApiKey) =>
      new RevokeApiKeyHandler(runner, accountsClock).execute(
        new RevokeApiKeyCommand(demo, key.keyId as ApiKeyId, 'leaked', caller()),
      ),
  };
}

function passMs(ms: number): void {
  clock.set(new Date(clock.now().getTime() + ms).toISOString());
}

/** A well-formed key that nobody made. */
function madeUp(): string {
  return formatApiKey('l2i_', apiKeyIdFrom(randomBytes(16)), randomBytes(32));
}

async function outcomeOf(text: string): Promise<string> {
  const result = await directory.authenticate(text);
  return result.outcome === 'refused' ? result.code : result.outcome;
}

async function loseTheLog(): Promise<void> {
  store.disconnect();
  await until('the loss to be noticed', () => problems.length > 0);
}

beforeEach(async () => {
  store = new ScriptedEventStore();
  clock = fixedClock(new Date(start).toISOString());
  problems = [];
  directory = new KeyDirectory({
    store,
    catalog,
    clock,
    onProblem: (error) => problems.push(error),
  });
  await commands().createTenant();
});

afterEach(() => directory.stop());

describe('a key', () => {
  it('opens what it was made for', async () => {
    const { text, key } = await commands().create({ scopes: ['read', 'write'], name: 'CRM' });
    expect(await directory.authenticate(text)).toEqual({
      outcome: 'authenticated',
      keyId: key.keyId,
      keyName: 'CRM',
      tenantId: 'demo',
      tenantMode: 'sandbox',
      scopes: ['read', 'write'],
      role: null,
      rateLimitPerMinute: 120,
      mode: 'live',
    });
  });

  it('is refused with another secret under its id, also after it was accepted itself', async () => {
    const { text, key } = await commands().create();
    const forged = formatApiKey('l2i_', key.keyId as ApiKeyId, randomBytes(32));
    for (let count = 0; count < 2; count += 1) {
      expect(await outcomeOf(forged)).toBe('unauthorized');
      expect(await outcomeOf(text)).toBe('authenticated');
    }
  });

  it('does not say that it was revoked to somebody who has only its id', async () => {
    const issued = await commands().create();
    await commands().revoke(issued);
    const forged = formatApiKey('l2i_', issued.key.keyId as ApiKeyId, randomBytes(32));
    expect(await outcomeOf(forged)).toBe('unauthorized');
    expect(await outcomeOf(issued.text)).toBe('key_revoked');
  });

  it('is refused past its end', async () => {
    const { text } = await commands().create({ expiresAt: new Date(start + 60_000).toISOString() });
    expect(await outcomeOf(text)).toBe('authenticated');
    passMs(60_000);
    expect(await outcomeOf(text)).toBe('key_expired');
  });

  it('works beside its successor until the overlap is over', async () => {
    const old = await commands().create();
    const successor = await commands().rotate(old, 3_600);
    expect(await outcomeOf(old.text)).toBe('authenticated');
    expect(await outcomeOf(successor.text)).toBe('authenticated');
    passMs(3_600_000);
    expect(await outcomeOf(old.text)).toBe('key_expired');
    expect(await outcomeOf(successor.text)).toBe('authenticated');
  });

  it.each(['', 'l2i_abc', 'Bearer x'])(
    'is not asked for when the text is none: "%s"',
    async (text) => {
      expect(await outcomeOf(text)).toBe('unauthorized');
      expect(store.reads.filter((stream) => stream.startsWith('apiKey-'))).toEqual([]);
    },
  );
});

describe('while the log is live', () => {
  beforeEach(async () => {
    directory.start();
    await directory.caughtUp();
  });

  it('a key is checked from memory', async () => {
    const { text, key } = await commands().create();
    await until('the key to arrive', async () => (await outcomeOf(text)) === 'authenticated');
    store.reads.length = 0;
    for (let count = 0; count < 100; count += 1) await outcomeOf(text);
    expect(store.reads).not.toContain(apiKeyStream(key.keyId as ApiKeyId));
  });

  it('a revocation made elsewhere holds as soon as it arrives', async () => {
    const issued = await commands().create();
    expect(await outcomeOf(issued.text)).toBe('authenticated');
    await commands().revoke(issued);
    await until('the revocation', async () => (await outcomeOf(issued.text)) === 'key_revoked');
  });

  it('an unknown key asked for again and again is read once a second', async () => {
    const text = madeUp();
    store.reads.length = 0;
    for (let count = 0; count < 50; count += 1) expect(await outcomeOf(text)).toBe('unauthorized');
    expect(store.reads).toHaveLength(1);
    passMs(1_000);
    await outcomeOf(text);
    expect(store.reads).toHaveLength(2);
  });

  it('a flood of made-up keys does not become a flood of reads, and is no failure', async () => {
    store.reads.length = 0;
    for (let count = 0; count < 500; count += 1) {
      expect(await outcomeOf(madeUp())).toBe('unauthorized');
    }
    expect(store.reads.length).toBeLessThanOrEqual(UNKNOWN_READS_PER_SECOND);
  });

  it('memory is believed for a moment after the log is lost', async () => {
    const { text } = await commands().create();
    await until('the key to arrive', async () => (await outcomeOf(text)) === 'authenticated');
    await loseTheLog();
    store.readsFail = true;
    passMs(GRACE_MS - 1);
    expect(await outcomeOf(text)).toBe('authenticated');
  });
});

describe('while the log is lost', () => {
  let issued: IssuedApiKey;

  beforeEach(async () => {
    issued = await commands().create();
    directory.start();
    await directory.caughtUp();
    await loseTheLog();
    passMs(GRACE_MS);
    store.reads.length = 0;
  });

  it('a revocation holds all the same, within a second', async () => {
    expect(await outcomeOf(issued.text)).toBe('authenticated');
    await commands().revoke(issued);
    passMs(1_000);
    expect(await outcomeOf(issued.text)).toBe('key_revoked');
  });

  it('each key is read at most once a second, however many requests come with it', async () => {
    await Promise.all(Array.from({ length: 50 }, () => outcomeOf(issued.text)));
    expect(store.reads).toEqual([apiKeyStream(issued.key.keyId as ApiKeyId)]);
  });

  it('no key is believed that cannot be read, rather than a revoked one', async () => {
    store.readsFail = true;
    await expect(outcomeOf(issued.text)).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'event_store_unavailable',
    });
    expect(store.reads).toHaveLength(1);
    await expect(outcomeOf(issued.text)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(store.reads).toHaveLength(1);
  });

  it('a flood of made-up keys leaves room for a key that is known', async () => {
    await Promise.allSettled(Array.from({ length: 500 }, () => outcomeOf(madeUp())));
    expect(store.reads.length).toBeLessThanOrEqual(UNKNOWN_READS_PER_SECOND);
    expect(await outcomeOf(issued.text)).toBe('authenticated');
  });

  it('memory is believed again once the log is back, with all that was missed', async () => {
    await commands().revoke(issued);
    store.reconnect();
    await until('the log to be back', () => directory.isLive);
    store.readsFail = true;
    expect(await outcomeOf(issued.text)).toBe('key_revoked');
  });
});

describe('before the log was ever caught up with', () => {
  it('keys are looked up, so that a revoked one never slips through a start', async () => {
    const issued = await commands().create();
    store.disconnect();
    directory.start();
    expect(directory.isLive).toBe(false);
    expect(await outcomeOf(issued.text)).toBe('authenticated');
    await commands().revoke(issued);
    passMs(1_000);
    expect(await outcomeOf(issued.text)).toBe('key_revoked');
  });
});

describe('an event that cannot be read', () => {
  it('is told, and turns the directory to look-ups instead of stale memory', async () => {
    const issued = await commands().create();
    directory.start();
    await directory.caughtUp();
    store.log.push({ ...store.log.at(-1)!, stream: 'apiKey-broken', data: {}, position: 99n });
    await commands().create();
    await until('the problem to be told', () => problems.length > 0);
    passMs(GRACE_MS);
    await commands().revoke(issued);
    expect(await outcomeOf(issued.text)).toBe('key_revoked');
  });
});
