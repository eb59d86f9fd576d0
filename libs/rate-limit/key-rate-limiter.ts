import { type ApiKeyId, type TenantId } from '#libs/kernel';
import { type AllowanceLedger } from './allowance-ledger.js';
import { type Admission, admission, windowStart } from './rate-window.js';
import { WindowAllowance } from './window-allowance.js';

/** How long a request waits for the ledger before its process counts alone. */
const LEASE_TIMEOUT_MS = 500;
/** After a failure the ledger is left alone this long, so that not every block waits for it. */
const LEDGER_PAUSE_MS = 1_000;

/** Whose requests are counted, and how many a minute may hold. */
export interface LimitedKey {
  readonly tenantId: TenantId;
  readonly apiKeyId: ApiKeyId;
  readonly ratePerMinute: number;
}

/** Where allowances are shared between processes, and whom to tell when they cannot be. */
export interface KeyRateLimiterOptions {
  readonly ledger: AllowanceLedger;
  /** Milliseconds since 1970; the machine's clock if left out. */
  readonly now?: () => number;
  /** Told when the ledger fails and the process goes on counting alone. */
  readonly onLedgerFailure?: (error: unknown) => void;
}

/**
 * Counts each key's requests in fixed windows of a minute, over all api processes.
 *
 * A process leases blocks of the allowance and spends them from memory; only the first request of
 * a window waits for the ledger. Together the processes never admit more than the limit. While the
 * ledger is down each counts for itself. An allowance spread over several processes may run out a
 * little early, by at most a block (a twelfth) for each other process.
 */
export class KeyRateLimiter {
  readonly #ledger: AllowanceLedger;
  readonly #now: () => number;
  readonly #onLedgerFailure: (error: unknown) => void;
  #window = 0;
  #allowances = new Map<string, WindowAllowance>();
  readonly #leasing = new Map<WindowAllowance, Promise<void>>();
  #ledgerDownUntil = 0;

  constructor({ ledger, now = Date.now, onLedgerFailure }: KeyRateLimiterOptions) {
    this.#ledger = ledger;
    this.#now = now;
    this.#onLedgerFailure = onLedgerFailure ?? (() => undefined);
  }

  /** Counts one request. At once, except when a lease must be waited for. Never rejects. */
  admit(key: LimitedKey): Admission | Promise<Admission> {
    const now = this.#now();
    const allowance = this.#allowanceOf(key, windowStart(now));
    if (allowance.spend()) {
      if (allowance.isRunningLow) void this.#lease(key, allowance);
      return admission(true, allowance.limit, allowance.remaining, now);
    }
    if (allowance.exhausted) return admission(false, allowance.limit, allowance.remaining, now);
    return this.#admitAfterLease(key, allowance);
  }

  async #admitAfterLease(key: LimitedKey, allowance: WindowAllowance): Promise<Admission> {
    const now = this.#now();
    for (;;) {
      await this.#lease(key, allowance);
      const admitted = allowance.spend();
      if (admitted || allowance.exhausted) {
        return admission(admitted, allowance.limit, allowance.remaining, now);
      }
    }
  }

  #allowanceOf(key: LimitedKey, window: number): WindowAllowance {
    if (window !== this.#window) {
      this.#window = window;
      this.#allowances = new Map();
    }
    let allowance = this.#allowances.get(key.apiKeyId);
    if (allowance === undefined) {
      allowance = new WindowAllowance(window, key.ratePerMinute);
      this.#allowances.set(key.apiKeyId, allowance);
    }
    return allowance;
  }

  /** One lease at a time per allowance; everybody who needs it waits for the same one. */
  #lease(key: LimitedKey, allowance: WindowAllowance): Promise<void> {
    let leasing = this.#leasing.get(allowance);
    if (leasing === undefined) {
      leasing = this.#leaseNow(key, allowance).finally(() => this.#leasing.delete(allowance));
      this.#leasing.set(allowance, leasing);
    }
    return leasing;
  }

  async #leaseNow(key: LimitedKey, allowance: WindowAllowance): Promise<void> {
    if (this.#now() < this.#ledgerDownUntil) {
      allowance.grantedAlone();
      return;
    }
    const amount = allowance.leaseAmount;
    const { tenantId, apiKeyId } = key;
    const { windowStart } = allowance;
    const leased = this.#ledger.lease({ tenantId, apiKeyId, windowStart, amount });
    try {
      allowance.granted(amount, await inTime(leased));
    } catch (error) {
      this.#ledgerDownUntil = this.#now() + LEDGER_PAUSE_MS;
      this.#onLedgerFailure(error);
      allowance.grantedAlone();
    }
  }
}

/** `answer`, or a rejection once it is too late for it; what comes later is not heard. */
async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The allowance ledger did not answer within ${LEASE_TIMEOUT_MS} ms.`));
    }, LEASE_TIMEOUT_MS);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
