export * from './calls.js';
export * from './destinations.js';
export * from './events.js';
export * from './hours.js';
export { CallerIds, type CallerIdWish } from './application/caller-ids.js';
export { CallsClock } from './application/calls-clock.js';
export { type DialingCaller } from './application/dialing-caller.js';
export {
  ChangeDialingCommand,
  ChangeDialingHandler,
  type DialingChange,
  type DialingResult,
  type DialingVersion,
  GetDialingHandler,
  GetDialingQuery,
  GetDialingVersionsHandler,
  GetDialingVersionsQuery,
} from './application/dialing.handlers.js';
export { DialingDirectory, type DialingDirectoryOptions } from './application/dialing-directory.js';
export { DIALING_PREFIX, dialingStream } from './application/dialing-streams.js';
export { type Dialing, type DialingState, dialsFor } from './domain/dialing.js';
export { readDialingSettings, writeDialingSettings } from './domain/dialing-settings.js';
export * from './scripts.js';
