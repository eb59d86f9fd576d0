import { CommandRunner, EventCatalog } from '#libs/event-store';
import { fixedClock, type TenantId } from '#libs/kernel';
import { startTestEventStore, type TestEventStore } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { DEFAULT_SCRIPT } from '../domain/default-script.js';
import { someSettings } from '../domain/calls.fixtures.js';
import { callerIdEvents } from '../domain/caller-id.events.js';
import { dialingEvents } from '../domain/dialing.events.js';
import { writeDialingSettings } from '../domain/dialing-settings.js';
import { scriptEvents } from '../domain/script.events.js';
import { CallerIds } from './caller-ids.js';
import { CallsClock } from './calls-clock.js';
import { ChangeDialingCommand, ChangeDialingHandler } from './dialing.handlers.js';
import { GetScriptHandler, GetScriptQuery } from './get-script.handlers.js';
import { ScriptLibrary } from './script-library.js';
import { scriptStream } from './script-streams.js';
import {
  PublishScriptCommand,
  PublishScriptHandler,
  RetireScriptCommand,
  RetireScriptHandler,
} from './script.handlers.js';

const acme = 'acme' as TenantId;
const zenith = 'zenith' as TenantId;
const clock = new CallsClock(fixedClock('2026-11-01T12:00:00.000Z'));
const renamed = { ...DEFAULT_SCRIPT, name: 'Another name' };

let server: TestEventStore;
let reads: string[];

beforeAll(async () => {
  server = await startTestEventStore();
});
afterAll(() => server.close());

/** The context as one process has it; counts what is read of the log. */
function instance(keptMax?: number) {
  const runner = new CommandRunner(
    server.store,
    new EventCatalog([...scriptEvents, ...dialingEvents, ...callerIdEvents]),
  );
  const history = runner.history.bind(runner);
  reads = [];
  runner.history = (stream) => {
    reads.push(stream);
    return history(stream);
  };
  const library = new ScriptLibrary(runner, keptMax);
  const publishing = new PublishScriptHandler(runner, library, clock);
  const retiring = new RetireScriptHandler(runner, library, clock);
  const newCaller = (commandId = randomUUID()) => ({
    actor: { kind: 'operator', id: 'test' } as const,
    commandId,
    causationId: 'test',
  });
  return {
    library,
    get: (scriptId: string, version?: number) =>
      new GetScriptHandler(library).execute(new GetScriptQuery(acme, scriptId, version)),
    publish: (
      scriptId: string,
      { content = DEFAULT_SCRIPT, tenant = acme, mustExist = false, commandId = randomUUID() } = {},
    ) =>
      publishing.execute(
        new PublishScriptCommand(
          ...([tenant, newCaller(commandId), scriptId, content, 'a reason', mustExist] as const),
        ),
      ),
    dialBy: (scriptId: string) => {
      const wish = writeDialingSettings(someSettings({ scriptId }));
      const change = { type: 'ConfigureDialing', wish, reason: null } as const;
      const changing = new ChangeDialingHandler(runner, clock, new CallerIds(runner));
      return changing.execute(new ChangeDialingCommand(acme, newCaller(), change));
    },
    retire: (scriptId: string, tenant = acme) =>
      retiring.execute(new RetireScriptCommand(tenant, newCaller(), scriptId, null)),
  };
}

describe('a script', () => {
  it('is published in versions that stay as they are', async () => {
    const { publish, get, library } = instance();
    const scriptId = randomUUID();
    expect(await publish(scriptId)).toMatchObject({ scriptId, version: 1 });
    expect(await publish(scriptId)).toEqual({ scriptId, version: 1, position: null });
    expect(await publish(scriptId, { content: renamed })).toMatchObject({ version: 2 });
    expect(await get(scriptId)).toMatchObject({
      shown: { version: 2, content: renamed, reason: 'a reason' },
      latestVersion: 2,
      retirement: null,
    });
    expect((await get(scriptId.toUpperCase(), 1)).shown.content).toEqual(DEFAULT_SCRIPT);
    await expect(get(scriptId, 3)).rejects.toMatchObject({ code: 'script_not_found' });
    expect((await library.latest(acme, scriptId)).isRetired).toBe(false);
  });

  it('comes of a command once, however often that is run', async () => {
    const scriptId = randomUUID();
    const commandId = randomUUID();
    const first = await instance().publish(scriptId, { commandId });
    await instance().publish(scriptId, { content: renamed });
    expect(await instance().publish(scriptId, { commandId })).toEqual(first);
    expect((await instance().get(scriptId)).latestVersion).toBe(2);
  });

  it('that was retired stays readable', async () => {
    const { publish, retire, get, library } = instance();
    const scriptId = randomUUID();
    await publish(scriptId);
    await retire(scriptId);
    await retire(scriptId);
    expect(await get(scriptId)).toMatchObject({
      shown: { version: 1 },
      retirement: { retiredAt: '2026-11-01T12:00:00.000Z', retiredBy: { id: 'test' } },
    });
    expect((await library.latest(acme, scriptId)).isRetired).toBe(true);
    await expect(publish(scriptId)).rejects.toMatchObject({ code: 'script_retired' });
  });

  it('that consumers hear is retired once the settings name another', async () => {
    const { publish, retire, dialBy, library } = instance();
    const [used, next] = [randomUUID(), randomUUID()];
    await publish(used);
    await publish(next);
    await dialBy(used);
    await expect(retire(used)).rejects.toMatchObject({ code: 'script_in_use', kind: 'conflict' });
    expect((await library.latest(acme, used)).isRetired).toBe(false);
    await dialBy(next);
    await retire(used);
    expect((await library.latest(acme, used)).isRetired).toBe(true);
  });

  it('of another tenant looks as if it did not exist, and cannot be changed', async () => {
    const { publish, retire, library } = instance();
    const scriptId = randomUUID();
    await publish(scriptId);
    await library.version(acme, scriptId, 1);
    const notFound = { code: 'script_not_found' };
    await expect(library.version(zenith, scriptId, 1)).rejects.toMatchObject(notFound);
    await expect(library.latest(zenith, scriptId)).rejects.toMatchObject(notFound);
    await expect(retire(scriptId, zenith)).rejects.toMatchObject(notFound);
    const change = { tenant: zenith, content: renamed };
    await expect(publish(scriptId, change)).rejects.toMatchObject(notFound);
    expect((await library.history(acme, scriptId)).versions).toHaveLength(1);
  });

  it('that nobody has can be neither read, changed nor retired', async () => {
    const { publish, retire, get } = instance();
    for (const scriptId of [randomUUID(), 'nonsense', '../script']) {
      const notFound = { code: 'script_not_found' };
      await expect(get(scriptId)).rejects.toMatchObject(notFound);
      await expect(retire(scriptId)).rejects.toMatchObject(notFound);
      await expect(publish(scriptId, { mustExist: true })).rejects.toMatchObject(notFound);
    }
  });
});

describe('the library', () => {
  it('reads a version once, and again after it made room for others', async () => {
    const { publish, library } = instance(2);
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
    for (const scriptId of [first, second, third]) await publish(scriptId);
    reads = [];
    const read = (scriptId: string) => library.version(acme, scriptId, 1);
    for (const scriptId of [first, first, second, first, third]) await read(scriptId);
    expect(reads).toEqual([first, second, third].map(scriptStream));
    await read(first);
    expect(reads).toHaveLength(3);
    await read(second);
    expect(reads).toHaveLength(4);
  });
});
