import { CommandRunner } from '#libs/event-store';
import { fixedClock, type TenantId } from '#libs/kernel';
import { startTestEventStore, type TestEventStore, until } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { NOW } from '../domain/destination.fixtures.js';
import { CallsClock } from './calls-clock.js';
import { DestinationDirectory } from './destination-directory.js';
import { ACME, aCaller, destinationCatalog } from './destination.fixtures.js';
import {
  AddDestinationCommand,
  AddDestinationHandler,
  ChangeDestinationCommand,
  ChangeDestinationHandler,
  TurnDestinationCommand,
  TurnDestinationHandler,
} from './destination.handlers.js';
import { DestinationReader } from './destination-reader.js';

const ZENITH = 'zenith' as TenantId;
let server: TestEventStore;
let reader: DestinationReader;
let runner: CommandRunner;
const clock = new CallsClock(fixedClock(NOW));

beforeAll(async () => {
  server = await startTestEventStore();
  runner = new CommandRunner(server.store, destinationCatalog);
  reader = new DestinationReader(runner);
});
afterAll(() => server.close());

const least = { name: 'Northwind', address: { value: '(212) 555-0142' } };
async function add(more: object = {}, tenantId = ACME, id = randomUUID(), caller = aCaller()) {
  const settings = { ...least, ...more };
  const command = new AddDestinationCommand(tenantId, caller, id, settings, 'agreed');
  return new AddDestinationHandler(runner, reader, clock).execute(command);
}
const change = (id: string, wish: object, tenantId = ACME, caller = aCaller()) =>
  new ChangeDestinationHandler(runner, reader, clock).execute(
    new ChangeDestinationCommand(tenantId, caller, id, wish, null),
  );
const turn = (id: string, way: TurnDestinationCommand['turn'], tenantId = ACME) =>
  new TurnDestinationHandler(runner, reader, clock).execute(
    new TurnDestinationCommand(tenantId, aCaller(), id, way, 'holidays'),
  );
const code = (value: string) => expect.objectContaining({ code: value });

describe('a destination in the log', () => {
  it('is added with its number in one form, and read back as it stands', async () => {
    const { destination, position } = await add();
    expect(position).not.toBeNull();
    expect(destination).toMatchObject({
      ...{ status: 'active', version: 1, settings: { address: { value: '+12125550142' } } },
    });
    expect(await reader.find(ACME, destination.destinationId)).toEqual(destination);
  });

  it('is added once, however often its command is run', async () => {
    const [id, caller] = [randomUUID(), aCaller()];
    const first = await add({}, ACME, id, caller);
    await change(id, { weight: 5 });
    expect(await add({}, ACME, id, caller)).toEqual(first);
    expect(await reader.history(ACME, id)).toHaveLength(2);
  });

  it('is stood in for only by another one that could come', async () => {
    const { destinationId: other } = (await add()).destination;
    const { destinationId: foreign } = (await add({}, ZENITH)).destination;
    const { destinationId: retired } = (await add()).destination;
    await turn(retired, 'RetireDestination');
    const schedule = (standIn: string) => ({ schedule: { stand_in_id: standIn } });
    const id = (await add(schedule(other))).destination.destinationId;
    const refused = expect.objectContaining({
      ...{ code: 'validation_failed' },
      details: [expect.objectContaining({ field: 'schedule.stand_in_id', code: 'not_allowed' })],
    });
    for (const unfit of [randomUUID(), foreign, retired]) {
      await expect(add(schedule(unfit))).rejects.toEqual(refused);
      await expect(change(id, schedule(unfit))).rejects.toEqual(refused);
    }
    await expect(change(id, schedule(id))).rejects.toEqual(refused);
    await turn(other, 'RetireDestination');
    const { settings } = (await change(id, { weight: 7 })).destination;
    expect(settings).toMatchObject({ weight: 7, schedule: { standInId: other } });
  });

  it('keeps every version with who, why, before and after', async () => {
    const { destination } = await add();
    const id = destination.destinationId;
    expect((await change(id, { caps: { day: 5 } })).destination.version).toBe(2);
    expect((await turn(id, 'PauseDestination')).destination.status).toBe('paused');
    expect((await turn(id, 'PauseDestination')).position).toBeNull();
    const [, changed, paused] = await reader.history(ACME, id);
    expect(changed).toMatchObject({
      data: { before: { caps: { day: null } }, after: { caps: { day: 5 } }, changedAt: NOW },
      metadata: { actor: { kind: 'system', id: 'spec' } },
    });
    expect(paused).toMatchObject({ data: { reason: 'holidays' }, revision: 2n });
  });

  it('is there for its tenant alone', async () => {
    const id = (await add()).destination.destinationId;
    const refused = code('destination_not_found');
    await expect(reader.find(ZENITH, id)).rejects.toEqual(refused);
    await expect(change(id, { weight: 2 }, ZENITH)).rejects.toEqual(refused);
    await expect(turn(id, 'RetireDestination', ZENITH)).rejects.toEqual(refused);
    await expect(reader.find(ACME, 'no id')).rejects.toEqual(refused);
    expect(await reader.history(ACME, id)).toHaveLength(1);
  });

  it('loses no change to another one made at the same time', async () => {
    const id = (await add()).destination.destinationId;
    const wishes = [{ weight: 7 }, { priority: 3 }, { whisper: 'A call.' }];
    const outcomes = await Promise.allSettled(wishes.map((wish) => change(id, wish)));
    const { settings } = await reader.find(ACME, id);
    for (const [index, wish] of wishes.entries()) {
      const outcome = outcomes[index]!;
      if (outcome.status === 'fulfilled') expect(settings).toMatchObject(wish);
      else expect(outcome.reason).toEqual(code('destination_changed'));
    }
  });

  it('is refused a change that makes no sense of it', async () => {
    const id = (await add()).destination.destinationId;
    await expect(change(id, { address: { value: '+18765550142' } })).rejects.toMatchObject({
      ...{ code: 'validation_failed', details: [{ field: 'address.value' }] },
    });
  });
});

describe('the directory of destinations', () => {
  it('knows those of every tenant, as they were and as they become', async () => {
    const [north, south] = ['north' as TenantId, 'south' as TenantId];
    const early = (await add({}, north)).destination.destinationId;
    const retired = (await add({}, north)).destination.destinationId;
    await turn(retired, 'RetireDestination', north);
    const directory = new DestinationDirectory({
      store: server.store,
      catalog: destinationCatalog,
    });
    expect(directory.of(north)).toEqual([]);
    directory.start();
    await directory.ready;
    expect(directory.isLive).toBe(true);
    expect(directory.of(north).map(({ destinationId }) => destinationId)).toEqual([early]);
    expect(directory.of(south)).toEqual([]);

    const late = (await add({}, south)).destination.destinationId;
    await change(early, { weight: 9 }, north);
    await turn(early, 'PauseDestination', north);
    await until('the directory to follow', () => directory.of(north)[0]?.paused === true);
    expect(directory.of(north)).toMatchObject([
      { destinationId: early, version: 3, settings: { weight: 9 }, paused: true },
    ]);
    expect(directory.of(south)).toMatchObject([{ destinationId: late, version: 1, paused: false }]);
    await turn(early, 'RetireDestination', north);
    await until('the directory to forget', () => directory.of(north).length === 0);
    await directory.stop();
  });
});
