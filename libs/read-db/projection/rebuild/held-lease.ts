import { type PoolClient } from 'pg';
import { type Lease, renewEveryMs, renewLease } from '../lease.js';

/** Gives signs of life for a lease, however long one step of the work takes. */
export class HeldLease {
  readonly lease: Lease;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #renewing: Promise<void> = Promise.resolve();

  /** `client` holds the lease's lock and is used for nothing else meanwhile. */
  constructor(client: PoolClient, lease: Lease) {
    this.lease = lease;
    this.#timer = setInterval(() => {
      this.#renewing = renewLease(client, lease).catch((error: unknown) => {
        this.#lost.abort(error);
      });
    }, renewEveryMs);
  }

  /** Aborts when somebody else has the lease, or nobody can be told that we live. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async letGo(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
  }
}
