export { type AddressRules, addressIsAllowed } from './address-rules.js';
export { BODY_BYTES_MAX } from './body-beginning.js';
export {
  type OutboundRequest,
  OutboundSender,
  type OutboundSenderOptions,
  SEND_WITHIN_MS,
} from './outbound-sender.js';
export { type UrlProblem, urlProblem } from './outbound-url.js';
export { isPublicHost } from './public-host.js';
export {
  type AttemptMade,
  GIVE_UP_AFTER_MS,
  type GiveUpReason,
  RETRY_DELAYS_MS,
  type Verdict,
  verdictOn,
} from './retry-schedule.js';
export { type Resolve } from './safe-lookup.js';
export { SEND_FAILURES, type SendFailure, type SendOutcome } from './send-outcome.js';
export { newWebhookSecret, type SignedMessage, signatureHeaders } from './standard-webhooks.js';
