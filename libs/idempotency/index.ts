export {
  checkedIdempotencyKey,
  commandIdOf,
  fingerprintOf,
  type IdempotencyScope,
  type KeyedCommand,
} from './idempotency-key.js';
export {
  type Claim,
  idempotencyInProgress,
  idempotencyKeyReuse,
  IdempotencyLedger,
} from './idempotency-ledger.js';
export { KEPT_DAYS, type Outcome, sweepIdempotencyKeys } from './idempotency-store.js';
