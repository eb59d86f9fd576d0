export { AliasDirectory, type AliasDirectoryOptions } from './application/alias-directory.js';
export {
  type AliasResult,
  type AliasVersion,
  ChangeAliasesCommand,
  ChangeAliasesHandler,
  GetAliasVersionsHandler,
  GetAliasVersionsQuery,
} from './application/alias.handlers.js';
export { type Caller as RevenueCaller } from './application/caller.js';
export {
  ChangePostbackTokenCommand,
  ChangePostbackTokenHandler,
  CreatePostbackTokenCommand,
  CreatePostbackTokenHandler,
  type IssuedPostbackToken,
  type PostbackTokenWish,
  RevokePostbackTokenCommand,
  RevokePostbackTokenHandler,
  RotatePostbackTokenCommand,
  RotatePostbackTokenHandler,
  TOKEN_OVERLAP_SECONDS_DEFAULT,
  TOKEN_OVERLAP_SECONDS_MAX,
} from './application/postback-token.handlers.js';
export {
  type PostbackTokenResult,
  PostbackTokenRunner,
} from './application/postback-token-runner.js';
export { POSTBACK_TOKEN_TEXT_PREFIX } from './application/postback-token-text.js';
export { revenueStreamEvents } from './application/revenue-catalog.js';
export { RevenueClock } from './application/revenue-clock.js';
export { RevenueRunner } from './application/revenue-runner.js';
export {
  ALIAS_MAP_PREFIX,
  aliasMapStream,
  POSTBACK_TOKEN_PREFIX,
  postbackTokenStream,
} from './application/settings-streams.js';
export {
  type LiveToken,
  TokenDirectory,
  type TokenDirectoryOptions,
} from './application/token-directory.js';
export { type AliasAdditions } from './domain/alias-map.decider.js';
export { type KnownPostbackToken } from './domain/postback-token.js';
export { mapVersionOf } from './domain/reading/alias-map.js';
export {
  ALIAS_FIELDS,
  ALIAS_MAP_VERSION,
  type AliasField,
  BUILT_IN_ALIASES,
} from './domain/reading/built-in-aliases.js';
export { instantInZone, isTimeZone } from './domain/reading/time-zone.js';
export { transferNotFound } from './domain/revenue.errors.js';
