import { type Decider } from '#libs/kernel';
import { type Dialing, evolve, initialState } from './dialing.js';
import { sourceInvalid, tooManyPausedSources } from './dialing.errors.js';
import { type DialingEvent } from './dialing.events.js';
import { isSource, readDialingSettings } from './dialing-settings.js';

/** Why and when (ISO-8601 UTC) something was decided; `reason` is as the caller said. */
interface Occasion {
  readonly reason: string | null;
  readonly at: string;
}

/** Makes the settings, or changes those that are named. `wish` is as it was sent. */
export interface ConfigureDialing extends Occasion {
  readonly type: 'ConfigureDialing';
  readonly wish: unknown;
}

/** Pulls the emergency stop (DI-7). */
export interface StopDialing extends Occasion {
  readonly type: 'StopDialing';
}

/** Lets dialing go on after an emergency stop. */
export interface ResumeDialing extends Occasion {
  readonly type: 'ResumeDialing';
}

/** Lets the leads of a source wait (OP-6). */
export interface PauseSource extends Occasion {
  readonly type: 'PauseSource';
  readonly source: string;
}

/** Lets the leads of a source be dialed again. */
export interface ResumeSource extends Occasion {
  readonly type: 'ResumeSource';
  readonly source: string;
}

/** What can be wished of a tenant's dialing. */
export type DialingCommand =
  ConfigureDialing | StopDialing | ResumeDialing | PauseSource | ResumeSource;

/** A tenant has that many paused sources at most, about 20 kB of state. */
export const PAUSED_SOURCES_MAX = 1_000;

/** Settings not named stay as they are, read right here, so that two changes at once both count. */
function configure({ wish, reason, at }: ConfigureDialing, { settings }: Dialing): DialingEvent[] {
  const after = readDialingSettings(wish, settings ?? undefined);
  if (JSON.stringify(after) === JSON.stringify(settings)) return [];
  return [
    { type: 'DialingConfigured', data: { before: settings, after, reason, configuredAt: at } },
  ];
}

/** Needs no settings: whoever pulls the emergency stop must not be told to configure first. */
function stop({ reason, at }: StopDialing, { stopped }: Dialing): DialingEvent[] {
  return stopped ? [] : [{ type: 'DialingStopped', data: { reason, stoppedAt: at } }];
}

function resume({ reason, at }: ResumeDialing, { stopped }: Dialing): DialingEvent[] {
  return stopped ? [{ type: 'DialingResumed', data: { reason, resumedAt: at } }] : [];
}

function pauseSource({ source: named, reason, at }: PauseSource, { pausedSources }: Dialing) {
  const source = sourceOf(named);
  if (pausedSources.includes(source)) return [];
  if (pausedSources.length >= PAUSED_SOURCES_MAX) throw tooManyPausedSources(PAUSED_SOURCES_MAX);
  const paused: DialingEvent = { type: 'SourcePaused', data: { source, reason, pausedAt: at } };
  return [paused];
}

function resumeSource({ source: named, reason, at }: ResumeSource, { pausedSources }: Dialing) {
  const source = sourceOf(named);
  if (!pausedSources.includes(source)) return [];
  const resumed: DialingEvent = { type: 'SourceResumed', data: { source, reason, resumedAt: at } };
  return [resumed];
}

/** The name as leads bear it: a pause of any other would hold nobody. */
function sourceOf(named: string): string {
  if (!isSource(named)) throw sourceInvalid();
  return named.trim();
}

function decide(command: DialingCommand, dialing: Dialing): DialingEvent[] {
  switch (command.type) {
    case 'ConfigureDialing':
      return configure(command, dialing);
    case 'StopDialing':
      return stop(command, dialing);
    case 'ResumeDialing':
      return resume(command, dialing);
    case 'PauseSource':
      return pauseSource(command, dialing);
    case 'ResumeSource':
      return resumeSource(command, dialing);
  }
}

/** How a tenant dials, and whether it does. */
export const dialingDecider: Decider<Dialing, DialingCommand, DialingEvent> = {
  ...{ decide, evolve, initialState },
};
