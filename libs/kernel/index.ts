export { canonicalJson } from './canonical-json.js';
export { type Clock, fixedClock, shiftSystemClock, systemClock } from './clock.js';
export { type Decider, fold } from './decider.js';
export {
  DomainError,
  type DomainErrorKind,
  type ErrorDetails,
  type FieldError,
} from './domain-error.js';
export type { Actor, DomainEvent } from './domain-event.js';
export { parseJson, type Revive } from './parse-json.js';
export { isPrivateAddress } from './private-host.js';
export {
  type ApiKeyId,
  type Branded,
  type DataKeyId,
  isTenantId,
  type LeadId,
  type TenantId,
} from './ids.js';
export { withTimeout } from './with-timeout.js';
