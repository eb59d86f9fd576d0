/** Calling itself: who is dialed, what is said, whom the consumer is handed to. */
export {
  besides,
  type CallContext,
  CallDesk,
  callIdOf,
  type OnDesk,
  transferIdOf,
} from './application/call-desk.js';
export { Consumers } from './application/consumers.js';
export { type DialOutcome, type DialResult } from './application/dialler.js';
export {
  type DialingKnowledge,
  type ListAnswers,
  ListChecks,
  type VoiceWatch,
} from './application/ports.js';
export { type AfterOutcome, AgentPort } from './application/agent-port.js';
export { ConsumerLine } from './application/consumer-line.js';
export { DestinationLine, type TransferRef } from './application/destination-line.js';
export { type CallRef } from './application/live-calls.js';
export { type Voice, voiceOf, type VoiceParts } from './voice.js';
export { conferenceOf, VoiceUrls } from './application/voice-urls.js';
export { type WatchLimits, watchLimits } from './application/watch-call.js';
export { Calling, callingCatalog, type CallingParts } from './calling.js';
export {
  DialQueue,
  type DialWish,
  type DestinationWish,
  type QueueShown,
  type WaitingPlace,
} from './dialer/dial-queue.js';
export { type DialNotice } from './dialer/tenant-dialer.js';
export { callsDecider } from './domain/calls.decider.js';
export {
  type CallableLead,
  type LeadCalls,
  type LeadStreamEvent,
  type OpenCall,
} from './domain/lead-calls.js';
