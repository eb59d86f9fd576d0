import { type TenantId } from '#libs/kernel';

/** Time as a pace needs it, so that a test can tell it. */
export interface PaceClock {
  /** Milliseconds since any instant; never goes back. */
  nowMs(): number;
  /** Runs `then` in so many milliseconds, or a moment earlier, as timers do. */
  after(milliseconds: number, then: () => void): void;
}

const processClock: PaceClock = {
  nowMs: () => performance.now(),
  after: (milliseconds, then) => void setTimeout(then, milliseconds),
};

/**
 * How long a consumer waits at most for an order that was decided on, when none go to destinations.
 */
const WAIT_SECONDS_MAX = 2;
/** A tenant that is told to wait asks again within a second; one that does not wants nothing. */
const KEPT_MS = 2_000;
/**
 * So long it is not looked anew whether it wants anybody: events that wake it come by the hundred.
 */
const WANTED_MS = 500;

/**
 * When orders go to the telephony provider, for the whole installation: it takes so many a second
 * and queues the rest. What waits there rings later, when the hours may be over or the stop pulled;
 * what waits here is looked at once more when its turn comes.
 *
 * Turns are strictly spaced. Orders to destinations go first, since a consumer holds the line for
 * each; among themselves they go in the order in which they came, as do consumers'.
 */
export class OrderPace {
  readonly #clock: PaceClock;
  /** Between two orders, in ms to the microsecond; `null`: orders need not wait. */
  readonly #spacingMs: number | null;
  readonly #consumersMax: number;
  readonly #destinations: (() => void)[] = [];
  readonly #consumers: (() => void)[] = [];
  /** Leads that may come to an order and have not had their turn. */
  readonly #admitted = new Set<string>();
  /** Tenants that found no room for whom they want, longest ago first, and when they asked last. */
  readonly #askedMs = new Map<TenantId, number>();
  #nextMs = -Infinity;
  #isWaiting = false;

  /** `null`: the provider takes on whatever comes. */
  constructor(callsPerSecond: number | null, clock: PaceClock = processClock) {
    this.#clock = clock;
    // Rounded up, so that no second holds one more.
    this.#spacingMs =
      callsPerSecond === null ? null : Math.ceil(1_000_000 / callsPerSecond) / 1_000;
    this.#consumersMax =
      callsPerSecond === null ? Infinity : Math.ceil(WAIT_SECONDS_MAX * callsPerSecond);
  }

  /**
   * How many more of a tenant’s leads may be dealt with now: two seconds’ worth of orders for all
   * tenants, so that decisions are not made long before orders. What becomes free is kept a moment
   * for tenants that found no room before, see {@link wants}, so that one with many leads keeps
   * nobody out.
   */
  room(tenantId: TenantId): number {
    if (this.#spacingMs === null) return Infinity;
    const nowMs = this.#clock.nowMs();
    this.#forgetTenants(nowMs);
    const room = this.#consumersMax - this.#admitted.size - this.#tenantsBefore(tenantId);
    if (room > 0) this.#askedMs.delete(tenantId);
    return Math.max(0, room);
  }

  /** Says whether a tenant that found no room wants it: for others none is kept. */
  wants(tenantId: TenantId, isWanting: boolean): void {
    if (isWanting) this.#askedMs.set(tenantId, this.#clock.nowMs());
    else this.#askedMs.delete(tenantId);
  }

  /** Whether the tenant wanted room a moment ago, and still does as far as is known. */
  hasJustAsked(tenantId: TenantId): boolean {
    const askedMs = this.#askedMs.get(tenantId);
    return askedMs !== undefined && this.#clock.nowMs() - askedMs < WANTED_MS;
  }

  /** Somebody begins to deal with a lead; `false`: there is no room for it any more. */
  admit(leadId: string): boolean {
    if (this.#spacingMs === null) return true;
    if (this.#admitted.size >= this.#consumersMax) return false;
    this.#admitted.add(leadId);
    return true;
  }

  /** A lead that was dealt with, whatever came of it. */
  release(leadId: string): void {
    this.#admitted.delete(leadId);
  }

  /**
   * Resolves when the order to a lead’s consumer may go out, and lets the next one in: to whether
   * it had to wait for that, so that more than a moment may have passed.
   */
  async consumerTurn(leadId: string): Promise<boolean> {
    if (this.#spacingMs === null) return false;
    await this.#turn(this.#consumers);
    this.release(leadId);
    return true;
  }

  /** Resolves when an order to a destination may go out. */
  async destinationTurn(): Promise<void> {
    if (this.#spacingMs === null) return;
    await this.#turn(this.#destinations);
  }

  #turn(queue: (() => void)[]): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    queue.push(() => {
      resolve(undefined);
    });
    this.#go();
    return promise;
  }

  /** Gives the turn that is due, if any, and looks again when the next one is. */
  #go(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#isWaiting) return;
    if (nowMs >= this.#nextMs) {
      const give = this.#destinations.shift() ?? this.#consumers.shift();
      if (give === undefined) return;
      this.#nextMs = nowMs + (this.#spacingMs ?? 0);
      give();
    }
    if (this.#destinations.length + this.#consumers.length === 0) return;
    this.#isWaiting = true;
    this.#clock.after(Math.ceil(this.#nextMs - nowMs), () => {
      this.#isWaiting = false;
      this.#go();
    });
  }

  #tenantsBefore(tenantId: TenantId): number {
    const tenants = [...this.#askedMs.keys()];
    const place = tenants.indexOf(tenantId);
    return place === -1 ? tenants.length : place;
  }

  #forgetTenants(nowMs: number): void {
    for (const [tenantId, askedMs] of this.#askedMs) {
      if (nowMs - askedMs > KEPT_MS) this.#askedMs.delete(tenantId);
    }
  }
}
