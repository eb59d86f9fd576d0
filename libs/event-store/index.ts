export {
  defineEvent,
  EventCatalog,
  type EventDefinition,
  type EventOf,
  type StoredEvent,
  UndecodableEvent,
  type Upcaster,
} from './catalog.js';
export { CommandRunner } from './command-runner.js';
export { backoffMs, DeadlineExceeded, pause, withDeadline } from './deadline.js';
export { eventStoreUnavailable, WrongExpectedRevision } from './errors.js';
export { connectEventStore } from './eventstoredb.adapter.js';
export { firstAfter } from './first-after.js';
export { type DecodedMessage, followLog, type FollowOptions } from './follow-log.js';
export { isWanted } from './log-filter.js';
export {
  CLOCK_TOLERANCE_MS,
  inFuture,
  isBeyond,
  isRecordedBy,
  type Moment,
  type Present,
  type Recorded,
  recordedBy,
  refuseFuture,
} from './moment.js';
export type * from './port.js';
export { type CommandContext, type RunOptions } from './run-options.js';
export { recall, type RunResult } from './run-result.js';
export { SharedLog } from './shared-log.js';
export { type Folder, type Standing, standingOf } from './standing.js';
