export {
  type Again,
  type Answer,
  defineReactor,
  type Memo,
  type Occasion,
  type Order,
  type Reaction,
  type Reactor,
  type SeenEvent,
} from './reactor.js';
export { type ReactorLimits, type ReactorNotice } from './run-reactor.js';
export {
  reactorLimits,
  runReactors,
  type RunReactorsOptions,
  reactorsLease,
  type ReactorsNotice,
} from './run-reactors.js';
export { StreamLanes } from './stream-lanes.js';
