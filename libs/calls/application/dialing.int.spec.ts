import { CommandRunner, connectEventStore, EventCatalog } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { onceAvailable, startTestEventStore, type TestEventStore, until } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { dialingEvents } from '../domain/dialing.events.js';
import { aDialingWish, someDialingSettings } from '../domain/dialing.fixtures.js';
import { CallerIds } from './caller-ids.js';
import { CallsClock } from './calls-clock.js';
import { DialingDirectory } from './dialing-directory.js';
import {
  ChangeDialingCommand,
  ChangeDialingHandler,
  type DialingChange,
  GetDialingHandler,
  GetDialingQuery,
  GetDialingVersionsHandler,
  GetDialingVersionsQuery,
} from './dialing.handlers.js';

let log: TestEventStore;
let directory: DialingDirectory;
let runner: CommandRunner;
let tenants = 0;

beforeAll(async () => {
  log = await startTestEventStore();
  runner = aRunner();
  directory = aDirectory();
  directory.start();
  await directory.ready;
});
afterAll(async () => {
  await directory.stop();
  await log.close();
});

/** Here tenants do not meet. */
class AnyCallerIds extends CallerIds {
  override take(): Promise<void> {
    return Promise.resolve();
  }
}

const catalog = () => new EventCatalog(dialingEvents);
const aRunner = () => new CommandRunner(log.store, catalog());
const aDirectory = () =>
  new DialingDirectory({ store: log.store, catalog: catalog(), runner: aRunner() });
const aTenant = () => `tenant-${(tenants += 1)}` as TenantId;
const aCaller = (commandId: string = randomUUID()) => ({
  ...{ actor: { kind: 'api_key', id: 'key000000001' } as const, commandId, causationId: 'request' },
});
const change = (tenantId: TenantId, wish: DialingChange, caller = aCaller()) =>
  onceAvailable(() =>
    new ChangeDialingHandler(runner, new CallsClock(), new AnyCallerIds(runner)).execute(
      new ChangeDialingCommand(tenantId, caller, wish),
    ),
  );
const configure = (
  tenantId: TenantId,
  wish: unknown = aDialingWish(),
  reason: string | null = null,
) => change(tenantId, { type: 'ConfigureDialing', wish, reason });
const stop = (tenantId: TenantId) =>
  change(tenantId, { type: 'StopDialing', reason: 'complaints' });

describe('dialing of a tenant', () => {
  it('is read back as it was decided, with every version of its settings', async () => {
    const tenantId = aTenant();
    await configure(tenantId, aDialingWish(), 'we begin');
    await configure(tenantId, { ring_seconds: 40 }, 'longer');
    await stop(tenantId);
    expect(await new GetDialingHandler(runner).execute(new GetDialingQuery(tenantId))).toEqual({
      ...{ settings: someDialingSettings({ ringSeconds: 40 }), version: 2 },
      ...{ stopped: true, pausedSources: [] },
    });
    const versions = await new GetDialingVersionsHandler(runner).execute(
      new GetDialingVersionsQuery(tenantId),
    );
    expect(versions).toMatchObject([
      { version: 2, reason: 'longer', settings: { ringSeconds: 40 }, actor: aCaller().actor },
      { version: 1, reason: 'we begin', settings: { ringSeconds: 25 } },
    ]);
  });

  it('is changed once by a command that comes twice, and not by one that asks for nothing new', async () => {
    const tenantId = aTenant();
    const caller = aCaller();
    const begin = () => change(tenantId, { type: 'StopDialing', reason: null }, caller);
    const first = await begin();
    expect((await begin()).position).toBe(first.position);
    expect((await stop(tenantId)).position).toBeNull();
  });

  it('takes two changes at the same time, neither of which undoes the other', async () => {
    const tenantId = aTenant();
    await configure(tenantId);
    const others = new AnyCallerIds(runner);
    const elsewhere = new ChangeDialingHandler(aRunner(), new CallsClock(), others);
    const wish = { attempts_max: 2 };
    await Promise.all([
      configure(tenantId, { ring_seconds: 40 }),
      elsewhere.execute(
        new ChangeDialingCommand(tenantId, aCaller(), {
          type: 'ConfigureDialing',
          wish,
          reason: null,
        }),
      ),
    ]);
    const { settings, version } = await new GetDialingHandler(runner).execute(
      new GetDialingQuery(tenantId),
    );
    expect(settings).toMatchObject({ ringSeconds: 40, attemptsMax: 2 });
    expect(version).toBe(3);
  });
});

describe('the directory of dialing', () => {
  it('knows tenants with settings, and no others', async () => {
    const [dialing, idle] = [aTenant(), aTenant()];
    await stop(idle);
    await configure(dialing);
    await until('the tenant to be known', () => directory.of(dialing));
    expect(directory.of(dialing)).toMatchObject({ version: 1, settings: someDialingSettings() });
    expect(directory.of(idle)).toBeNull();
    expect(directory.tenants()).toContain(dialing);
    expect(directory.tenants()).not.toContain(idle);
    expect(await directory.current(idle)).toBeNull();
  });

  it('has read everything that was decided before once it is ready', async () => {
    const tenantId = aTenant();
    await configure(tenantId);
    await stop(tenantId);
    const later = aDirectory();
    later.start();
    await later.ready;
    expect(later.of(tenantId)).toMatchObject({ stopped: true });
    await later.stop();
  });

  /** Milliseconds until a stop is told of, which is known exactly at once. */
  async function stopIsToldAfterMs(): Promise<number> {
    const tenantId = aTenant();
    await configure(tenantId);
    const told = Promise.withResolvers<TenantId>();
    const ignore = directory.onChange((changed) => {
      if (directory.of(changed)?.stopped === true) told.resolve(changed);
    });
    const begunAt = performance.now();
    await stop(tenantId);
    expect(await directory.current(tenantId)).toMatchObject({ stopped: true });
    expect(await told.promise).toBe(tenantId);
    ignore();
    return performance.now() - begunAt;
  }

  it('tells of an emergency stop elsewhere within a second, and exactly when asked', async () => {
    // Of a few, so that it says nothing of what else this machine was busy with.
    await until('one in time', async () => (await stopIsToldAfterMs()) < 1_000);
  });

  it('says nothing more to a listener that went away', async () => {
    const tenantId = aTenant();
    const heard: TenantId[] = [];
    directory.onChange((changed) => heard.push(changed))();
    await configure(tenantId);
    await until('the tenant to be known', () => directory.of(tenantId));
    expect(heard).toEqual([]);
  });

  it('does not guess while the event store is out of reach', async () => {
    const store = connectEventStore('esdb://127.0.0.1:1?tls=false');
    const lost = new DialingDirectory({
      ...{ store, catalog: catalog(), runner: new CommandRunner(store, catalog()) },
    });
    await expect(lost.current(aTenant())).rejects.toMatchObject({
      code: 'event_store_unavailable',
    });
    await store.close();
  });
});
