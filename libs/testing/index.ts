export { applyEvents, logOf } from './apply-events.js';
export {
  answererRecognised,
  callAnswered,
  callAttempted,
  callbackRequested,
  callBridged,
  callEnded,
  callPlaced,
  callRang,
  consumerOptedOut,
  destinationAnswered,
  destinationDialed,
  dialDeferred,
  leadDisqualified,
  leadExhausted,
  leadQualified,
  noDestinationFound,
  prequalificationAbandoned,
  prequalificationStarted,
  questionAnswered,
  slotReleased,
  slotReserved,
  talkMeasured,
  transferFailed,
  transferRequested,
  whisperPlayed,
} from './call-events.js';
export { type FreshDatabase, freshDatabase, testPostgresUrl } from './fresh-database.js';
export { isPassed } from './is-passed.js';
export { lawRuns, type LawRuns } from './law-runs.js';
export { MemoryLog } from './memory-log.js';
export { generatedHistory, generateLog, type GeneratedLogOptions } from './generated-log.js';
export {
  aVerdict,
  consentRecorded,
  consentRevoked,
  leadDeduplicated,
  leadFoundEligible,
  leadFoundIneligible,
  leadReceived,
  numberSuppressed,
} from './lead-events.js';
export {
  aPostbackReading,
  aTransferReport,
  postbackAssigned,
  postbackDetached,
  postbackIgnored,
  postbackLeftUnmatched,
  postbackMatchConfirmed,
  postbackMatched,
  postbackReadAnew,
  postbackReceived,
  postbackSettled,
  postbackUnlinked,
  revenueConfirmed,
  revenueReversed,
  revenueRevised,
} from './revenue-events.js';
export {
  postbackAttemptFailed,
  postbackDelivered,
  postbackGivenUp,
  postbackRescheduled,
  postbackScheduled,
} from './postback-delivery-events.js';
export { history, type StoredAs, storedEvent } from './stored-event.js';
export { TcpProxy } from './tcp-proxy.js';
export { onceAvailable } from './once-available.js';
export { until } from './until.js';
export { startTestEventStore, type TestEventStore } from './test-event-store.js';
