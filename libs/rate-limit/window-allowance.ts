/** A window's allowance is taken in about this many blocks, so that little is left unused. */
const BLOCKS_PER_WINDOW = 12;

/**
 * What one process may use of a key's allowance in one window.
 *
 * The process takes blocks from the ledger and spends them without asking. `spent` never exceeds
 * `granted`, and what all processes were granted never exceeds the limit, as long as the ledger
 * answers; while it does not, a process grants itself blocks and owes them to the ledger.
 */
export class WindowAllowance {
  /** Milliseconds since 1970. */
  readonly windowStart: number;
  readonly limit: number;
  readonly block: number;
  #granted = 0;
  #spent = 0;
  #owed = 0;
  #others = 0;
  #exhausted = false;

  constructor(windowStart: number, limit: number) {
    this.windowStart = windowStart;
    this.limit = limit;
    this.block = Math.max(1, Math.floor(limit / BLOCKS_PER_WINDOW));
  }

  /** How many are left, as far as this process knows; exact when it is the only one. */
  get remaining(): number {
    return this.limit - this.#others - this.#spent;
  }

  /** No process can be granted any more in this window. */
  get exhausted(): boolean {
    return this.#exhausted;
  }

  /** Whether so little of what was granted is left that the next block should be on its way. */
  get isRunningLow(): boolean {
    return !this.#exhausted && this.#granted - this.#spent < this.block / 2;
  }

  /** Uses one, if one was granted. */
  spend(): boolean {
    if (this.#spent >= this.#granted) return false;
    this.#spent += 1;
    return true;
  }

  /** What to add to the ledger now: a block, and what was used behind its back. */
  get leaseAmount(): number {
    return this.block + this.#owed;
  }

  /** Takes in the ledger's answer to a lease of `amount`: the sum of all that is taken. */
  granted(amount: number, total: number): void {
    const before = Math.min(this.limit, total - amount);
    this.#others = Math.max(0, before - (this.#granted - this.#owed));
    this.#owed = 0;
    const mine = Math.min(this.limit, total) - Math.min(this.limit, total - this.block);
    this.#granted += Math.min(mine, this.limit - this.#granted);
    this.#exhausted = total >= this.limit;
  }

  /** The ledger does not answer: goes on alone for a block. */
  grantedAlone(): void {
    const mine = Math.min(this.block, this.limit - this.#others - this.#granted);
    this.#granted += mine;
    this.#owed += mine;
    this.#exhausted = mine <= 0;
  }
}
