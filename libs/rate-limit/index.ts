export { AddressRateLimiter, type AddressRateLimiterOptions } from './address-rate-limiter.js';
export {
  type AllowanceLedger,
  type LeaseRequest,
  PostgresAllowanceLedger,
  sweepRateWindows,
} from './allowance-ledger.js';
export { KeyRateLimiter, type KeyRateLimiterOptions, type LimitedKey } from './key-rate-limiter.js';
export { type Admission, WINDOW_MS } from './rate-window.js';
