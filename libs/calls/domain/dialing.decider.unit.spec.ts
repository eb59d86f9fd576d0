import { fold } from '#libs/kernel';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DialingCommand, dialingDecider, PAUSED_SOURCES_MAX } from './dialing.decider.js';
import { type DialingEvent } from './dialing.events.js';
import { aDialingWish, someDialingSettings } from './dialing.fixtures.js';
import { configured, dialsFor } from './dialing.js';

const why = { reason: 'because', at: '2026-11-28T12:00:00.000Z' };
const configure = (wish: unknown = aDialingWish()): DialingCommand => ({
  ...{ type: 'ConfigureDialing', wish, ...why },
});
const stop: DialingCommand = { type: 'StopDialing', ...why };
const resume: DialingCommand = { type: 'ResumeDialing', ...why };
const pauseSource = (source: string): DialingCommand => ({ type: 'PauseSource', source, ...why });
const resumeSource = (source: string): DialingCommand => ({ type: 'ResumeSource', source, ...why });

const after = (...commands: DialingCommand[]) =>
  commands.reduce<DialingEvent[]>(
    (history, command) => [...history, ...decide(history, command)],
    [],
  );
const decide = (history: readonly DialingEvent[], command: DialingCommand) =>
  dialingDecider.decide(command, fold(dialingDecider, history));
const state = (...commands: DialingCommand[]) => fold(dialingDecider, after(...commands));
const refused = (code: string) => expect.objectContaining({ code }) as unknown as Error;

describe('a tenant that never dialed', () => {
  it('has no settings, and begins with its first ones', () => {
    expect(configured(state())).toBeNull();
    expect(after(configure())).toEqual([
      {
        type: 'DialingConfigured',
        data: {
          ...{ before: null, after: someDialingSettings() },
          ...{ reason: 'because', configuredAt: why.at },
        },
      },
    ]);
    expect(configured(state(configure()))).toMatchObject({ version: 1, stopped: false });
  });

  it('cannot begin without what a call record must show', () => {
    expect(() => after(configure({ attempts_max: 2 }))).toThrow(refused('validation_failed'));
  });

  it('can be stopped all the same, and stays so when it begins', () => {
    expect(state(stop, configure())).toMatchObject({ stopped: true, version: 1 });
  });
});

describe('settings', () => {
  it('change with what was and what is, and count up', () => {
    const history = after(configure(), configure({ ring_seconds: 40 }));
    expect(history[1]).toMatchObject({
      data: { before: someDialingSettings(), after: someDialingSettings({ ringSeconds: 40 }) },
    });
    expect(fold(dialingDecider, history).version).toBe(2);
  });

  it('that are already so make no version', () => {
    expect(decide(after(configure()), configure())).toEqual([]);
    expect(decide(after(configure()), configure({}))).toEqual([]);
  });

  it('are not touched by stopping and pausing, nor the other way round', () => {
    const before = state(configure());
    const stopped = state(configure(), stop, pauseSource('partner-7'));
    expect(stopped).toEqual({ ...before, stopped: true, pausedSources: ['partner-7'] });
    const changed = state(configure(), stop, pauseSource('partner-7'), configure({ seller: 'X' }));
    expect(changed).toMatchObject({ version: 2, stopped: true, pausedSources: ['partner-7'] });
  });
});

describe('the emergency stop', () => {
  it('holds for every source until it is undone', () => {
    expect(dialsFor(state(configure(), stop), 'a')).toBe(false);
    expect(dialsFor(state(configure(), stop, resume), 'a')).toBe(true);
  });
});

describe('a paused source', () => {
  const paused = state(configure(), pauseSource('a'), pauseSource('b'));

  it('waits while the others are dialed, leads without a source among them', () => {
    expect(['a', 'b', 'c', null].filter((source) => dialsFor(paused, source))).toEqual(['c', null]);
    expect(state(pauseSource('a'), pauseSource('b'), resumeSource('a')).pausedSources).toEqual([
      'b',
    ]);
  });

  it.each(['', ' ', '\t\n', 'x'.repeat(201), 'a\0b', '\ud800'])(
    'has a name that leads may bear: not %j',
    (name) => {
      expect(() => after(pauseSource(name))).toThrow(refused('validation_failed'));
      expect(() => after(resumeSource(name))).toThrow(refused('validation_failed'));
    },
  );

  it('is the one that leads bear, whatever spaces were written around it', () => {
    expect(state(pauseSource('a ')).pausedSources).toEqual(['a']);
    expect(after(pauseSource('a'), pauseSource(' a'))).toHaveLength(1);
    expect(state(pauseSource('a'), resumeSource(' a ')).pausedSources).toEqual([]);
  });

  it('is one of so many at most', () => {
    const sources = Array.from({ length: PAUSED_SOURCES_MAX }, (_, index) => `source-${index}`);
    const full = { ...dialingDecider.initialState(), pausedSources: sources };
    expect(dialingDecider.decide(pauseSource('source-0'), full)).toEqual([]);
    expect(() => dialingDecider.decide(pauseSource('one more'), full)).toThrow(
      refused('too_many_paused_sources'),
    );
  });
});

describe('any command', () => {
  const anyCommand = fc.oneof(
    fc.constantFrom(configure(), configure(aDialingWish({ ring_seconds: 40 })), stop, resume),
    fc.constantFrom('a', 'b').map(pauseSource),
    fc.constantFrom('a', 'b').map(resumeSource),
  );

  it('decides nothing more when it is repeated at once', () => {
    fc.assert(
      fc.property(fc.array(anyCommand), anyCommand, (commands, command) => {
        const history = after(...commands, command);
        expect(decide(history, command)).toEqual([]);
      }),
    );
  });

  it('leaves the version at how often settings were made', () => {
    fc.assert(
      fc.property(fc.array(anyCommand), (commands) => {
        const history = after(...commands);
        const made = history.filter(({ type }) => type === 'DialingConfigured').length;
        expect(fold(dialingDecider, history).version).toBe(made);
      }),
    );
  });
});
