/** The facts this context states, for other contexts and for read models. Nothing else of it. */
export {
  ATTEMPT_FAILURES,
  type AttemptFailure,
  type CallResult,
  GIVEN_UP_REASONS,
  type GivenUpReason,
  type PostbackDeliveryEvent,
  postbackDeliveryEvents,
  type TargetAnswer,
} from './domain/postback-delivery.events.js';
export {
  type PayoutTerms,
  POSTBACK_FORMATS,
  POSTBACK_METHODS,
  POSTBACK_OCCASIONS,
  type PostbackTargetEvent,
  postbackTargetEvents,
  type PostbackTargetSettings,
} from './domain/postback-target.events.js';
