import { fold } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_SCRIPT } from './default-script.js';
import { type PublishScript, type ScriptCommand, scriptDecider } from './script.decider.js';
import { type ScriptEvent } from './script.events.js';

const decide = (history: readonly ScriptEvent[], command: ScriptCommand) =>
  scriptDecider.decide(command, fold(scriptDecider, history));
const publish = (change: Partial<PublishScript> = {}): PublishScript => ({
  type: 'PublishScript',
  scriptId: 'script-1',
  content: DEFAULT_SCRIPT,
  reason: null,
  mustExist: false,
  publishedAt: '2026-11-01T12:00:00.000Z',
  ...change,
});
const retire = {
  type: 'RetireScript',
  scriptId: 'script-1',
  isInUse: false,
  reason: 'replaced',
  retiredAt: '2026-11-02T12:00:00.000Z',
} as const satisfies ScriptCommand;
const renamed = { ...DEFAULT_SCRIPT, name: 'Another name' };

describe('a script', () => {
  const published = decide([], publish());

  it('begins with version 1', () => {
    expect(published).toMatchObject([
      { type: 'ScriptPublished', data: { scriptId: 'script-1', version: 1 } },
    ]);
  });

  it('takes the next version with every change, and none without', () => {
    const second = decide(published, publish({ content: renamed }));
    expect(second).toMatchObject([{ data: { version: 2, content: { name: 'Another name' } } }]);
    const history = [...published, ...second];
    expect(decide(history, publish({ content: renamed, reason: 'once more' }))).toEqual([]);
    expect(decide(history, publish())).toMatchObject([{ data: { version: 3 } }]);
  });

  it('is the same whatever the order of its fields', () => {
    const turned = Object.fromEntries(Object.entries(DEFAULT_SCRIPT).toReversed());
    expect(decide(published, publish({ content: turned as typeof renamed }))).toEqual([]);
  });

  it('is retired once, and takes no further versions', () => {
    const retired = decide(published, retire);
    expect(retired).toMatchObject([{ type: 'ScriptRetired', data: { reason: 'replaced' } }]);
    const history = [...published, ...retired];
    expect(decide(history, retire)).toEqual([]);
    expect(fold(scriptDecider, history)).toMatchObject({ status: 'retired', version: 1 });
    const refused = expect.objectContaining({ code: 'script_retired' }) as unknown;
    expect(() => decide(history, publish())).toThrow(refused);
  });

  it('is not retired while consumers hear it', () => {
    const refused = expect.objectContaining({ code: 'script_in_use' }) as unknown;
    expect(() => decide(published, { ...retire, isInUse: true })).toThrow(refused);
    const retired = [...published, ...decide(published, retire)];
    expect(decide(retired, { ...retire, isInUse: true })).toEqual([]);
  });

  it('that is not there can be neither changed nor retired', () => {
    const refused = expect.objectContaining({ code: 'script_not_found' }) as unknown;
    expect(() => decide([], retire)).toThrow(refused);
    expect(() => decide([], publish({ mustExist: true }))).toThrow(refused);
  });
});
