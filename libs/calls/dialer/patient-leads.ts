import { type TenantId } from '#libs/kernel';
import {
  type DestinationDirectory,
  type KnownDestination,
} from '../application/destination-directory.js';
import { opennessAt } from '../domain/openings.js';
import { type DialQueue, type WaitingPlace } from './dial-queue.js';

/** What {@link OpenedLeads} asks. */
export interface OpenedLeadsParts {
  readonly queue: Pick<DialQueue, 'waitingToOpen'>;
  readonly destinations: Pick<DestinationDirectory, 'of'>;
}

/** So many are looked for at a time. */
const LOOK_MAX = 1_000;
/** Entries of sellers are lifted many at a time; whom that is for is looked for no more often. */
const ALLOWED_EVERY_MS = 10_000;

/**
 * The leads that wait for a destination of a tenant, once they need not wait any longer: until when
 * they wait was reckoned by schedules that have changed since, or by none, where all destinations
 * were paused, or by those alone whose names were not refused.
 *
 * They are looked for once after each change, since it costs a look at all that wait, and once more
 * when the queue shows what was being decided meanwhile, by destinations as they were. Whoever
 * comes by it before its time is only told anew until when it waits.
 */
export class OpenedLeads {
  /**
   * The destinations as they were when leads were looked for last; `null`: nobody is to be called.
   */
  #lookedFor: readonly KnownDestination[] | null = null;
  /** From where to look on; `undefined`: everybody was found. */
  #onwards: WaitingPlace | null | undefined;
  /** The newest first; each until it was decided on. */
  readonly #found = new Set<string>();
  /** About whom it was being decided when leads were looked for; they may wait, too. */
  #undecided: ReadonlySet<string> = new Set();
  #isSellerAllowed = false;
  #allowedAtMs = -Infinity;

  constructor(private readonly parts: OpenedLeadsParts) {}

  /** Has them looked for again, as sources are no longer paused. */
  changed(): void {
    this.#lookedFor = null;
  }

  /**
   * Has them looked for again within {@link ALLOWED_EVERY_MS}, as an entry of a seller was lifted.
   */
  sellerAllowed(): void {
    this.#isSellerAllowed = true;
  }

  /** It was decided on, and waits anew or no more. */
  settle(leadId: string): void {
    this.#found.delete(leadId);
  }

  /**
   * At most `limit` that are not held. Whoever came to nothing is given out again, until it is
   * settled. `now`: ISO-8601.
   */
  async take(tenantId: TenantId, wish: OpenedWish): Promise<readonly string[]> {
    const { now, limit, held, unshown, pausedSources } = wish;
    const known = this.parts.destinations.of(tenantId);
    if (opennessAt(known, now).kind !== 'callable') {
      this.#begin(null, undefined, []);
      return [];
    }
    this.#noteAllowed(performance.now());
    if (this.#lookedFor !== known) this.#begin(known, null, unshown);
    else this.#goOn(unshown);
    const free = () => [...this.#found].filter((leadId) => !held.includes(leadId));
    if (free().length < limit) await this.#look(tenantId, { now, pausedSources });
    return free().slice(0, limit);
  }

  #noteAllowed(nowMs: number): void {
    if (!this.#isSellerAllowed || nowMs - this.#allowedAtMs < ALLOWED_EVERY_MS) return;
    this.#isSellerAllowed = false;
    this.#allowedAtMs = nowMs;
    this.changed();
  }

  #begin(
    known: readonly KnownDestination[] | null,
    onwards: WaitingPlace | null | undefined,
    undecided: readonly string[],
  ): void {
    [this.#lookedFor, this.#onwards] = [known, onwards];
    this.#found.clear();
    this.#undecided = new Set(undecided);
  }

  #goOn(unshown: readonly string[]): void {
    if (this.#undecided.size === 0) return;
    const undecided = unshown.filter((leadId) => this.#undecided.has(leadId));
    if (undecided.length === 0) this.#begin(this.#lookedFor, null, []);
    else this.#undecided = new Set(undecided);
  }

  async #look(
    tenantId: TenantId,
    { now, pausedSources }: Pick<OpenedWish, 'now' | 'pausedSources'>,
  ): Promise<void> {
    if (this.#onwards === undefined) return;
    const wish = { now, pausedSources, after: this.#onwards, limit: LOOK_MAX };
    const places = await this.parts.queue.waitingToOpen(tenantId, wish);
    for (const { leadId } of places) this.#found.add(leadId);
    this.#onwards = places.length < LOOK_MAX ? undefined : places.at(-1);
  }
}

/** Which of them are wanted. */
export interface OpenedWish {
  readonly now: string;
  readonly limit: number;
  readonly held: readonly string[];
  /** Those about whom the queue may be wrong just now. */
  readonly unshown: readonly string[];
  readonly pausedSources: readonly string[];
}
