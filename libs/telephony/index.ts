export { type AnsweredBy, CALL_STATUSES, type CallStatus, isOver } from './call-status.js';
export {
  callRefused,
  type RefusalConcern,
  reportUnreadable,
  telephonyUnavailable,
} from './errors.js';
export {
  type CallOrder,
  type CallSearch,
  type MachineDetection,
  PROVIDER_PATIENCE_MS,
  type ProviderCall,
  Telephony,
} from './port.js';
export { type AnswererReport, readAnswererReport } from './answerer-report.js';
export { renderVoice } from './render-voice.js';
export { telephonyOf, type TelephonySettings } from './telephony-of.js';
export { type TwilioOptions, TwilioTelephony } from './twilio-telephony.js';
export { readRoomReport, type RoomReport } from './room-report.js';
export { readVoiceReport, type ReportHeaders, type VoiceReport } from './voice-report.js';
export {
  type GatherStep,
  type HangUpStep,
  type JoinStep,
  type PauseStep,
  type RedirectStep,
  type SayStep,
  type StreamStep,
  type VoiceStep,
  type WaitStep,
} from './voice-step.js';
export { signatureIsValid, type SignedRequest } from './webhook-signature.js';
