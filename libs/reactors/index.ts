export { Pace } from './pace.js';
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
  type Unhurried,
} from './reactor.js';
export { type ReactorLimits, reactorLimits } from './reactor-limits.js';
export { type ReactorNotice } from './reactor-notice.js';
export {
  runReactors,
  type RunReactorsOptions,
  reactorsLease,
  type ReactorsNotice,
} from './run-reactors.js';
export { StreamLanes } from './stream-lanes.js';
