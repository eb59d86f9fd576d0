import { type Decider } from '#libs/kernel';
import {
  type Destination,
  evolve,
  initialState,
  type KnownDestinationState,
} from './destination.js';
import {
  destinationChangedMeanwhile,
  destinationExists,
  destinationNotFound,
  destinationRetired,
} from './destination.errors.js';
import { type DestinationEvent, type DestinationSettings } from './destination.events.js';

/** Which destination a command is for, why it was sent, and when (ISO-8601 UTC). */
interface Order {
  readonly destinationId: string;
  readonly reason: string | null;
  readonly at: string;
}

/** Names a party that consumers may be connected to. */
export interface AddDestination extends Order {
  readonly type: 'AddDestination';
  readonly settings: DestinationSettings;
}

/**
 * Configures it otherwise. `before` is what `after` was made of: nobody's change is undone unseen.
 */
export interface ChangeDestination extends Order {
  readonly type: 'ChangeDestination';
  readonly before: DestinationSettings;
  readonly after: DestinationSettings;
}

/** Lets it take no calls for now. */
export interface PauseDestination extends Order {
  readonly type: 'PauseDestination';
}

/** Lets it take calls again. */
export interface ResumeDestination extends Order {
  readonly type: 'ResumeDestination';
}

/** Ends it for good. */
export interface RetireDestination extends Order {
  readonly type: 'RetireDestination';
}

/** What can be wished of a destination. */
export type DestinationCommand =
  AddDestination | ChangeDestination | PauseDestination | ResumeDestination | RetireDestination;

function add(command: AddDestination, state: Destination): DestinationEvent[] {
  const { destinationId, settings, reason, at } = command;
  if (state.status === 'absent') {
    return [{ type: 'DestinationAdded', data: { destinationId, settings, reason, addedAt: at } }];
  }
  if (isSame(state.settings, settings)) return [];
  throw destinationExists();
}

function change(command: ChangeDestination, state: Destination): DestinationEvent[] {
  const { settings } = usable(state);
  const { destinationId, before, after, reason, at } = command;
  if (isSame(settings, after)) return [];
  if (!isSame(settings, before)) throw destinationChangedMeanwhile();
  const data = { destinationId, before: settings, after, reason, changedAt: at };
  return [{ type: 'DestinationChanged', data }];
}

function pause(command: PauseDestination, state: Destination): DestinationEvent[] {
  if (usable(state).status === 'paused') return [];
  const { destinationId, reason, at } = command;
  return [{ type: 'DestinationPaused', data: { destinationId, reason, pausedAt: at } }];
}

function resume(command: ResumeDestination, state: Destination): DestinationEvent[] {
  if (usable(state).status === 'active') return [];
  const { destinationId, reason, at } = command;
  return [{ type: 'DestinationResumed', data: { destinationId, reason, resumedAt: at } }];
}

function retire(command: RetireDestination, state: Destination): DestinationEvent[] {
  if (state.status === 'absent') throw destinationNotFound();
  if (state.status === 'retired') return [];
  const { destinationId, reason, at } = command;
  return [{ type: 'DestinationRetired', data: { destinationId, reason, retiredAt: at } }];
}

function usable(state: Destination): KnownDestinationState {
  if (state.status === 'absent') throw destinationNotFound();
  if (state.status === 'retired') throw destinationRetired();
  return state;
}

/** Whether two values of JSON say the same, in whatever order their fields are. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isObject(one) || !isObject(other) || Array.isArray(one) !== Array.isArray(other)) {
    return false;
  }
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(one[name], other[name]))
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A party that qualified consumers may be connected to (TR-1). */
export const destinationDecider: Decider<Destination, DestinationCommand, DestinationEvent> = {
  initialState,
  evolve,
  decide: (command, state) => {
    switch (command.type) {
      case 'AddDestination':
        return add(command, state);
      case 'ChangeDestination':
        return change(command, state);
      case 'PauseDestination':
        return pause(command, state);
      case 'ResumeDestination':
        return resume(command, state);
      case 'RetireDestination':
        return retire(command, state);
    }
  },
};
