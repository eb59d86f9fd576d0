/** What apps need of scripts: publishing, reading and running them. */
export {
  GetScriptHandler,
  GetScriptHistoryHandler,
  GetScriptHistoryQuery,
  GetScriptQuery,
  type ScriptView,
} from './application/get-script.handlers.js';
export {
  type ScriptHistory,
  ScriptLibrary,
  type ScriptRetirement,
  type ScriptVersion,
} from './application/script-library.js';
export { reachOf } from './application/reach-of.js';
export { SCRIPT_PREFIX, scriptStream } from './application/script-streams.js';
export {
  PublishScriptCommand,
  PublishScriptHandler,
  RetireScriptCommand,
  RetireScriptHandler,
  type ScriptCaller,
  type ScriptResult,
} from './application/script.handlers.js';
export {
  hear,
  type Heard,
  type Input,
  nextTurn,
  type ScriptOption,
  type ScriptQuestion,
  type Turn,
} from './domain/conversation.js';
export { DEFAULT_SCRIPT } from './domain/default-script.js';
export { type Disclosure, disclosuresOf } from './domain/disclosures.js';
export { readScriptContent } from './domain/script-content.js';
