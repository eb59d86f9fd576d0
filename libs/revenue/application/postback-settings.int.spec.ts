import { CommandRunner, EventCatalog } from '#libs/event-store';
import { type DomainError, fixedClock, type TenantId } from '#libs/kernel';
import { startTestEventStore, type TestEventStore, until } from '#libs/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { aliasEvents, postbackTokenEvents } from '../domain/postback-settings.events.js';
import { AliasDirectory } from './alias-directory.js';
import { ChangeAliasesCommand, ChangeAliasesHandler } from './alias.handlers.js';
import { type Caller } from './caller.js';
import {
  ChangePostbackTokenCommand,
  ChangePostbackTokenHandler,
  CreatePostbackTokenCommand,
  CreatePostbackTokenHandler,
  type PostbackTokenWish,
  RevokePostbackTokenCommand,
  RevokePostbackTokenHandler,
  RotatePostbackTokenCommand,
  RotatePostbackTokenHandler,
} from './postback-token.handlers.js';
import { PostbackTokenRunner } from './postback-token-runner.js';
import { RevenueClock } from './revenue-clock.js';
import { TokenDirectory } from './token-directory.js';

const NOON = '2026-03-01T12:00:00.000Z';
const acme = 'acme' as TenantId;
const other = 'other' as TenantId;
const catalog = new EventCatalog([...postbackTokenEvents, ...aliasEvents]);
const clock = fixedClock(NOON);
let log: TestEventStore;
/** Two processes on one log; what one does, the other hears of. */
let here: Process;
let there: Process;

beforeAll(async () => {
  log = await startTestEventStore();
});
afterAll(() => log.close());
beforeEach(async () => {
  clock.set(NOON);
  [here, there] = [aProcess(), aProcess()];
  await Promise.all([here.start(), there.start()]);
});
afterEach(() => Promise.all([here.stop(), there.stop()]));

type Process = ReturnType<typeof aProcess>;

function aProcess() {
  const runner = new CommandRunner(log.store, catalog);
  const tokens = new TokenDirectory({ store: log.store, catalog, clock });
  const aliases = new AliasDirectory({ store: log.store, catalog });
  const revenueClock = new RevenueClock(clock);
  const tokenRunner = new PostbackTokenRunner(runner, tokens, revenueClock);
  return {
    ...{ tokens, aliases },
    create: new CreatePostbackTokenHandler(tokenRunner),
    change: new ChangePostbackTokenHandler(tokenRunner),
    rotate: new RotatePostbackTokenHandler(tokenRunner),
    revoke: new RevokePostbackTokenHandler(tokenRunner),
    changeAliases: new ChangeAliasesHandler(runner, aliases, revenueClock),
    start: async () => {
      tokens.start();
      aliases.start();
      await Promise.all([tokens.caughtUp(), aliases.caughtUp()]);
    },
    stop: async () => {
      await Promise.all([tokens.stop(), aliases.stop()]);
    },
  };
}

const aCaller = (): Caller => ({
  actor: { kind: 'operator', id: 'test' },
  commandId: randomUUID(),
  causationId: randomUUID(),
});
const create = (wish: Partial<PostbackTokenWish> = {}, caller = aCaller()) =>
  here.create.execute(new CreatePostbackTokenCommand(acme, caller, { label: 'Acme', ...wish }));
const rotate = (tokenId: string, overlapSeconds?: number, tenantId = acme) =>
  here.rotate.execute(new RotatePostbackTokenCommand(tenantId, aCaller(), tokenId, overlapSeconds));
const revoke = (tokenId: string, tenantId = acme) =>
  here.revoke.execute(new RevokePostbackTokenCommand(tenantId, aCaller(), tokenId, 'leaked'));
const change = (tokenId: string, changes: object, tenantId = acme) =>
  here.change.execute(
    new ChangePostbackTokenCommand(tenantId, aCaller(), tokenId, changes, 'as agreed'),
  );
const putAliases = (aliases: unknown, caller = aCaller(), tenantId = acme) =>
  here.changeAliases.execute(new ChangeAliasesCommand(tenantId, caller, aliases, null));

async function refusalOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.then(
    () => new Error('It was not refused.'),
    (reason: unknown) => reason,
  );
  return (error as DomainError).code;
}

describe('a token for reports', () => {
  it('opens at once where it was made, and soon everywhere', async () => {
    const { text, tokenId, lastFour, settings } = await create({ destinationId: 'd1' });
    expect(text).toMatch(/^pb_[0-9A-Za-z]{43}$/);
    expect(text.slice(-4)).toBe(lastFour);
    expect(settings).toEqual({
      ...{ label: 'Acme', destinationId: 'd1', amountUnit: 'by_name', timeZone: 'UTC' },
      currency: 'USD',
    });
    const opened = { tenantId: acme, tokenId, settings };
    expect(here.tokens.find(text)).toEqual(opened);
    await until('the other process to know it', () => there.tokens.find(text));
    expect(there.tokens.find(text)).toEqual(opened);
  });

  it('is known again after a restart', async () => {
    const { text, tokenId } = await create();
    const restarted = aProcess();
    await restarted.start();
    expect(restarted.tokens.find(text)?.tokenId).toBe(tokenId);
    expect(restarted.tokens.byId(acme, tokenId)?.settings.label).toBe('Acme');
    await restarted.stop();
  });

  it('is nowhere in the log but as its hash', async () => {
    const { text, tokenId } = await create();
    const written: unknown[] = [];
    for await (const event of log.store.readStream(`postbackToken-${tokenId}`))
      written.push(event.data);
    expect(written).toHaveLength(1);
    expect(JSON.stringify(written)).not.toContain(text);
    expect(JSON.stringify(written)).not.toContain(text.slice(3));
  });

  it('is made once, however often the command comes; its text cannot be shown again', async () => {
    const caller = aCaller();
    const { text } = await create({}, caller);
    expect(await refusalOf(create({}, caller))).toBe('postback_token_already_created');
    expect(here.tokens.find(text)).not.toBeNull();
  });

  it('is not made with settings that mean nothing', async () => {
    expect(await refusalOf(create({ timeZone: 'Mars/Olympus' }))).toBe('validation_failed');
  });

  it('works beside its successor until the overlap is over', async () => {
    const { text: old, tokenId } = await create();
    const { text, position } = await rotate(tokenId, 60);
    expect(position).not.toBeNull();
    expect(here.tokens.find(old)?.tokenId).toBe(tokenId);
    expect(here.tokens.find(text)?.tokenId).toBe(tokenId);
    await until('the other process to know', () => there.tokens.find(text));
    clock.set('2026-03-01T12:01:00.000Z');
    for (const { tokens } of [here, there]) {
      expect(tokens.find(old)).toBeNull();
      expect(tokens.find(text)).not.toBeNull();
    }
  });

  it('locks nobody out when its rotation is sent twice', async () => {
    const { text: old, tokenId } = await create();
    const caller = aCaller();
    const command = new RotatePostbackTokenCommand(acme, caller, tokenId, 60);
    const { text: lost } = await here.rotate.execute(command);
    const { text } = await here.rotate.execute(command);
    for (const each of [old, lost, text]) expect(here.tokens.find(each)).not.toBeNull();
  });

  it.each([-1, 0.5, 30 * 86_400 + 1, NaN])(
    'is not rotated with an overlap of %p',
    async (seconds) => {
      const { tokenId } = await create();
      expect(await refusalOf(rotate(tokenId, seconds))).toBe('validation_failed');
    },
  );

  it('is read in another way once it is changed', async () => {
    const { text, tokenId } = await create();
    const { settings } = await change(tokenId, { amountUnit: 'cents' });
    expect(settings.amountUnit).toBe('cents');
    expect(here.tokens.find(text)?.settings).toEqual(settings);
    const again = await change(tokenId, { amountUnit: 'cents' });
    expect(again.position).toBeNull();
  });

  it('opens nothing any more once it is revoked, its former texts neither', async () => {
    const { text: old, tokenId } = await create();
    const { text } = await rotate(tokenId);
    await until('the other process to know', () => there.tokens.find(text));
    await revoke(tokenId);
    expect(here.tokens.find(text)).toBeNull();
    await until('the other process to hear of it', () => there.tokens.find(text) === null);
    for (const { tokens } of [here, there]) {
      expect(tokens.find(old)).toBeNull();
      expect(tokens.byId(acme, tokenId)).toBeNull();
    }
    expect((await revoke(tokenId)).position).toBeNull();
    expect(await refusalOf(rotate(tokenId))).toBe('postback_token_revoked');
  });

  it('cannot be told from a missing one by another tenant', async () => {
    const { text, tokenId } = await create();
    for (const id of [tokenId, randomUUID()]) {
      expect(await refusalOf(rotate(id, 60, other))).toBe('postback_token_not_found');
      expect(await refusalOf(revoke(id, other))).toBe('postback_token_not_found');
      expect(await refusalOf(change(id, {}, other))).toBe('postback_token_not_found');
      expect(here.tokens.byId(other, id)).toBeNull();
    }
    expect(here.tokens.find(text)?.tenantId).toBe(acme);
  });

  it.each(['', 'pb_', `pb_${'0'.repeat(43)}`, 'x'.repeat(10_000), '\ud800'])(
    'is not another text: "%.20s"',
    (text) => {
      expect(here.tokens.find(text)).toBeNull();
    },
  );

  it('is not looked for before all are known', () => {
    const starting = aProcess();
    const unavailable = expect.objectContaining({ code: 'event_store_unavailable' });
    expect(() => starting.tokens.find('pb_x')).toThrow(unavailable);
    expect(() => starting.tokens.byId(acme, 'x')).toThrow(unavailable);
    expect(() => starting.aliases.of(acme)).toThrow(unavailable);
  });
});

describe('a tenant’s additions to the alias map', () => {
  const phone = { field: 'caller', name: 'rufnummer' };

  it('are none at first', () => {
    expect(here.aliases.of('newcomer' as TenantId)).toEqual({ version: 0, aliases: [] });
  });

  it('hold at once where they were made, and soon everywhere, for that tenant alone', async () => {
    const { version, aliases, position } = await putAliases([phone]);
    expect({ version, aliases }).toEqual({ version: 1, aliases: [phone] });
    expect(position).not.toBeNull();
    expect(here.aliases.of(acme)).toEqual({ version: 1, aliases: [phone] });
    await until('the other process to know', () => there.aliases.of(acme).version === 1);
    expect(there.aliases.of(acme).aliases).toEqual([phone]);
    expect(here.aliases.of(other).version).toBe(0);
  });

  it('are one list while they are the same, so that their map is made once', async () => {
    await putAliases([phone, { field: 'buyer', name: 'kunde' }]);
    expect(here.aliases.of(acme).aliases).toBe(here.aliases.of(acme).aliases);
  });

  it('are changed once, however often the command comes', async () => {
    const caller = aCaller();
    const list = [{ field: 'buyer', name: randomUUID() }];
    const { version } = await putAliases(list, caller);
    expect((await putAliases(list, caller)).version).toBe(version);
    expect((await putAliases(list)).version).toBe(version);
    expect(await refusalOf(putAliases([{ field: 'x', name: 'y' }]))).toBe('validation_failed');
    expect(here.aliases.of(acme).version).toBe(version);
  });
});
