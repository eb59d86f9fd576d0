import { type TenantId } from '#libs/kernel';
import { type OnDesk } from '../application/call-desk.js';
import {
  type DestinationDirectory,
  type KnownDestination,
} from '../application/destination-directory.js';
import { type CallableLead } from '../domain/lead-calls.js';
import { opennessAt } from '../domain/openings.js';
import { type DialQueue, type WaitingPlace } from './dial-queue.js';
import { type SellerAllowed } from './queue-news.js';

/** What {@link PatientLeads} asks. */
export interface PatientLeadsParts {
  readonly queue: Pick<DialQueue, 'waitingForDestination'>;
  readonly destinations: Pick<DestinationDirectory, 'of'>;
  readonly leadsOf: (tenantId: TenantId, phoneHash: string) => Promise<readonly OnDesk[]>;
}

/** So many are looked for at a time. */
const LOOK_MAX = 1_000;
/** Where many numbers are allowed at once, so many are looked up at a time. */
const NUMBERS_MAX = 50;
/** How often all are looked for, where numbers are allowed that begin alike. */
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
export class PatientLeads {
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
  /** Hashes of numbers whose leads need not wait any longer. */
  readonly #numbers = new Set<string>();
  #isPrefixAllowed = false;
  #allowedAtMs = -Infinity;

  constructor(private readonly parts: PatientLeadsParts) {}

  /** Has them looked for again, as sources are no longer paused. */
  changed(): void {
    this.#lookedFor = null;
  }

  /**
   * Has those looked for who may be handed to a seller again: the leads of a number, or within
   * {@link ALLOWED_EVERY_MS} everybody.
   */
  sellerAllowed({ phoneHash }: SellerAllowed): void {
    if (phoneHash === null) this.#isPrefixAllowed = true;
    else this.#numbers.add(phoneHash);
  }

  /** It was decided on, and waits anew or no more. */
  settle(leadId: string): void {
    this.#found.delete(leadId);
  }

  /**
   * At most `limit` that are not held. Whoever came to nothing is given out again, until it is
   * settled. `now`: ISO-8601.
   */
  async take(tenantId: TenantId, wish: PatientWish): Promise<readonly string[]> {
    const { now, limit, held, unshown, pausedSources } = wish;
    const known = this.parts.destinations.of(tenantId);
    if (opennessAt(known, now).kind !== 'callable') {
      this.#begin(null, undefined, []);
      // As soon as one is open, everybody is looked for.
      this.#numbers.clear();
      return [];
    }
    this.#notePrefix(performance.now());
    if (this.#lookedFor !== known) this.#begin(known, null, unshown);
    else this.#goOn(unshown);
    await this.#lookUpNumbers(tenantId, wish);
    const free = () => [...this.#found].filter((leadId) => !held.includes(leadId));
    if (free().length < limit) await this.#look(tenantId, { now, pausedSources });
    return free().slice(0, limit);
  }

  #notePrefix(nowMs: number): void {
    if (!this.#isPrefixAllowed || nowMs - this.#allowedAtMs < ALLOWED_EVERY_MS) return;
    this.#isPrefixAllowed = false;
    this.#allowedAtMs = nowMs;
    this.changed();
  }

  /** A number about whose lead it is being decided is looked up again, when that is over. */
  async #lookUpNumbers(tenantId: TenantId, { unshown, pausedSources }: PatientWish): Promise<void> {
    const found = await Promise.all(
      [...this.#numbers].slice(0, NUMBERS_MAX).map(async (phoneHash) => {
        const leads = await this.parts.leadsOf(tenantId, phoneHash);
        return { phoneHash, leads: leads.map(({ lead }) => lead) };
      }),
    );
    for (const { phoneHash, leads } of found) {
      if (leads.some(({ leadId }) => unshown.includes(leadId))) continue;
      this.#numbers.delete(phoneHash);
      const patient = leads.filter((lead) => isPatient(lead, pausedSources));
      for (const { leadId } of patient) this.#found.add(leadId);
    }
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
    { now, pausedSources }: Pick<PatientWish, 'now' | 'pausedSources'>,
  ): Promise<void> {
    if (this.#onwards === undefined) return;
    const wish = { now, pausedSources, after: this.#onwards, limit: LOOK_MAX };
    const places = await this.parts.queue.waitingForDestination(tenantId, wish);
    for (const { leadId } of places) this.#found.add(leadId);
    this.#onwards = places.length < LOOK_MAX ? undefined : places.at(-1);
  }
}

const AWAITED: ReadonlySet<string> = new Set(['no_destination_open', 'suppressed_for_all_sellers']);

function isPatient(
  { eligible, closure, current, source, deferral }: CallableLead,
  pausedSources: readonly string[],
): boolean {
  if (!eligible || closure !== null || current !== null) return false;
  if (source !== null && pausedSources.includes(source)) return false;
  return deferral?.obstacles.some((obstacle) => AWAITED.has(obstacle)) ?? false;
}

/** Which of them are wanted. */
export interface PatientWish {
  readonly now: string;
  readonly limit: number;
  readonly held: readonly string[];
  /** Those about whom the queue may be wrong just now. */
  readonly unshown: readonly string[];
  readonly pausedSources: readonly string[];
}
