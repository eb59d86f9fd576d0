export * from './events.js';
export { type Caller as PostbacksCaller } from './application/caller.js';
export { PostbackDesk, type PostbackDeskParts } from './application/postback-desk.js';
export {
  PostbackScheduler,
  type PostbackSchedulerParts,
} from './application/postback-scheduler.js';
export {
  POSTBACK_DELIVERY_PREFIX,
  POSTBACK_TARGETS_PREFIX,
  postbackDeliveryStream,
  postbackTargetsStream,
} from './application/postback-streams.js';
export {
  CreatePostbackTargetCommand,
  CreatePostbackTargetHandler,
  type IssuedPostbackTarget,
  type PostbackTargetResult,
  RemovePostbackTargetCommand,
  RemovePostbackTargetHandler,
  RotatePostbackSecretCommand,
  RotatePostbackSecretHandler,
} from './application/postback-target.handlers.js';
export { PostbacksClock } from './application/postbacks-clock.js';
export { PostbacksRunner, postbacksStreamEvents } from './application/postbacks-runner.js';
export {
  type RetriedPostback,
  RetryPostbackCommand,
  RetryPostbackHandler,
} from './application/retry-postback.handler.js';
export { TargetBook, type TargetTemplates } from './application/target-book.js';
export { type TargetWish } from './application/target-wish.js';
export {
  TRIAL_HEADER,
  TryPostbackTargetCommand,
  TryPostbackTargetHandler,
} from './application/try-postback-target.handler.js';
export { MACRO_MEANINGS, MACRO_NAMES } from './domain/macros.js';
export { OCCASION_WORDS, readOccasion } from './domain/occasion-reader.js';
export { readPayoutTerms } from './domain/payout-terms-reader.js';
export { type PostbackTarget } from './domain/postback-targets.js';
export { Postbacks, type PostbacksParts } from './reactors/postbacks.reactor.js';
