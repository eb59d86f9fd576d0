/** The facts this context states, for other contexts and for read models. Nothing else of it. */
export {
  ANSWERED_BY,
  type AnsweredBy,
  CALL_DISPOSITIONS,
  type CallDisposition,
  DIAL_OBSTACLES,
  type DialEvent,
  dialEvents,
  type DialObstacle,
  isMachine,
  type RevenueEstimate,
} from './domain/call.events.js';
export {
  type CallingHoursFacts,
  type CallRecord,
  type DialPermission,
} from './domain/dial-facts.js';
export {
  type Caps,
  type DestinationEvent,
  destinationEvents,
  type DestinationSettings,
  OFF_HOURS_ACTIONS,
  type Payout,
  type Schedule,
} from './domain/destination.events.js';
export {
  type CapWindows,
  type DestinationUsageEvent,
  destinationUsageEvents,
} from './domain/destination-usage.events.js';
export {
  type CallerIdEvent,
  callerIdEvents,
  type CallerIdMode,
} from './domain/caller-id.events.js';
export {
  type CadenceRule,
  type DialingEvent,
  dialingEvents,
  type DialingSettings,
} from './domain/dialing.events.js';
export { MACHINE_DETECTIONS, type MachineDetectionSetting } from './domain/machine-detection.js';
export {
  type PrequalificationEvent,
  prequalificationEvents,
} from './domain/prequalification.events.js';
export { type ScriptContent, type ScriptEvent, scriptEvents } from './domain/script.events.js';
export {
  type RoutingCandidate,
  type RoutingDecision,
  type TransferEvent,
  transferEvents,
  type TransferFailure,
} from './domain/transfer.events.js';
export { callEvents, type CallEvent } from './domain/lead-stream.events.js';
