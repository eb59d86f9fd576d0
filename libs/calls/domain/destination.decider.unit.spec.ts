import { fold } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import { type DestinationCommand, destinationDecider } from './destination.decider.js';
import { type DestinationEvent } from './destination.events.js';
import { A_DESTINATION, NOW, someSettings } from './destination.fixtures.js';

const order = { destinationId: A_DESTINATION, reason: 'agreed', at: NOW };
const add: DestinationCommand = { type: 'AddDestination', ...order, settings: someSettings() };
const change = (after = someSettings({ weight: 3 }), before = someSettings()) =>
  ({ type: 'ChangeDestination', ...order, before, after }) as const;
const pause: DestinationCommand = { type: 'PauseDestination', ...order };
const resume: DestinationCommand = { type: 'ResumeDestination', ...order };
const retire: DestinationCommand = { type: 'RetireDestination', ...order };

const after = (...commands: readonly DestinationCommand[]) =>
  commands.reduce<DestinationEvent[]>(
    (history, command) => [
      ...history,
      ...destinationDecider.decide(command, fold(destinationDecider, history)),
    ],
    [],
  );
const decided = (...commands: readonly DestinationCommand[]) => {
  const before = after(...commands.slice(0, -1));
  return after(...commands)
    .slice(before.length)
    .map(({ type }) => type);
};
const stateAfter = (...commands: readonly DestinationCommand[]) =>
  fold(destinationDecider, after(...commands));
const code = (value: string) => expect.objectContaining({ code: value });

describe('a destination', () => {
  it('is added with its configuration, once', () => {
    const [added] = after(add);
    expect(added).toEqual({
      type: 'DestinationAdded',
      data: {
        destinationId: A_DESTINATION,
        settings: someSettings(),
        reason: 'agreed',
        addedAt: NOW,
      },
    });
    expect(decided(add, add)).toEqual([]);
  });

  it('does not take the id of another one', () => {
    const other: DestinationCommand = { ...add, settings: someSettings({ name: 'Other' }) };
    expect(() => after(add, other)).toThrow(code('destination_exists'));
  });

  it('says what was changed, before and after', () => {
    const [, changed] = after(add, change());
    expect(changed).toMatchObject({
      data: { before: someSettings(), after: someSettings({ weight: 3 }), changedAt: NOW },
    });
    expect(decided(add, change(), change())).toEqual([]);
    expect(decided(add, change(someSettings()))).toEqual([]);
  });

  it('is the same in whatever order its fields come', () => {
    const reversed = Object.fromEntries(Object.entries(someSettings()).toReversed());
    expect(decided(add, change(reversed as never))).toEqual([]);
  });

  it('keeps a change that somebody else did not see', () => {
    const meanwhile = change(someSettings({ weight: 7 }));
    expect(() => after(add, meanwhile, change())).toThrow(code('destination_changed'));
  });

  it('can be paused and resumed, each once', () => {
    expect(decided(add, pause)).toEqual(['DestinationPaused']);
    expect(decided(add, pause, pause)).toEqual([]);
    expect(decided(add, resume)).toEqual([]);
    expect(decided(add, pause, resume)).toEqual(['DestinationResumed']);
  });

  it('stays paused when it is changed', () => {
    expect(stateAfter(add, pause, change())).toMatchObject({ status: 'paused', version: 3 });
  });

  it('is retired for good', () => {
    expect(stateAfter(add, retire)).toMatchObject({ status: 'retired', version: 2 });
    expect(decided(add, retire, retire)).toEqual([]);
    for (const late of [change(), pause, resume]) {
      expect(() => after(add, retire, late)).toThrow(code('destination_retired'));
    }
  });

  it('has to exist', () => {
    for (const command of [change(), pause, resume, retire]) {
      expect(() => after(command)).toThrow(code('destination_not_found'));
    }
  });
});
