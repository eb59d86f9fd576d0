import { DomainError, type Clock, type TenantId } from '#libs/kernel';
import { type OnDesk } from '../application/call-desk.js';
import { type DestinationDirectory } from '../application/destination-directory.js';
import { type Dialler, type DialOutcome } from '../application/dialler.js';
import { type OrderPace } from '../application/order-pace.js';
import { isUnavailable } from '../application/place-call.js';
import { type DialingKnowledge, type VoiceWatch } from '../application/ports.js';
import { type DialingState, dialsFor } from '../domain/dialing.js';
import { type DialQueue, type QueueShown } from './dial-queue.js';
import { InHand } from './in-hand.js';
import { PatientLeads } from './patient-leads.js';
import { type Arrival, type SellerAllowed } from './queue-news.js';
import { RefusalBreaker } from './refusal-breaker.js';

/** What dialing has to say, for logs. Nothing of it is personal. */
export type DialNotice =
  | { readonly kind: 'dialed'; readonly tenantId: TenantId; readonly outcome: DialOutcome }
  /** The lead is left alone for a while; the others go on. */
  | {
      readonly kind: 'failed';
      readonly tenantId: TenantId;
      readonly leadId: string;
      readonly error: unknown;
    }
  /** The provider refused so many orders in a row that the tenant dials nobody for a while. */
  | {
      readonly kind: 'paused';
      readonly tenantId: TenantId;
      readonly pauseMs: number;
      /** Of the last refusal. */
      readonly providerCode: number | null;
    }
  /** A server is out of reach; it is tried again. */
  | { readonly kind: 'interrupted'; readonly error: unknown };

/** What a {@link TenantDialer} is put together from. */
export interface TenantDialerParts {
  readonly queue: DialQueue;
  readonly shown: Pick<QueueShown, 'position'>;
  readonly dialing: Pick<DialingKnowledge, 'of'>;
  /** Of a number by its hash: all live leads, as they stand. */
  readonly leadsOf: (tenantId: TenantId, phoneHash: string) => Promise<readonly OnDesk[]>;
  readonly destinations: Pick<DestinationDirectory, 'of'>;
  readonly dialler: Pick<Dialler, 'dial'>;
  readonly voice: VoiceWatch;
  readonly pace: Pick<OrderPace, 'room' | 'hasJustAsked' | 'wants' | 'admit' | 'release'>;
  readonly clock: Clock;
  readonly report: (notice: DialNotice) => void;
}

/**
 * Leads dialed side by side for one tenant. Each waits for look-ups, the log and the provider most
 * of its time: with half a second each, that is some hundred a second.
 */
const AT_ONCE_MAX = 48;
/** How often leads are looked for whose 30 days are over: nobody waits for that. */
const EXPIRED_EVERY_MS = 1_000;
/** How long a lead is left alone that the queue shows and its stream refuses, or that failed. */
const REFUSED_MS = 30_000;
/** How long a tenant rests that does not dial just now for a reason only its streams know. */
const NOT_NOW_MS = 1_000;
const FAILED_MS_MIN = 100;
const FAILED_MS_MAX = 5_000;

/**
 * Dials one tenant’s leads: within its limit of calls at the same time, in the order of the queue.
 *
 * Every time a lead is dealt with, the next is chosen, so that one that takes long holds up nobody,
 * and the newest is never far from its turn. Tenants do not wait for each other.
 */
export class TenantDialer {
  readonly #tenantId: TenantId;
  readonly #parts: TenantDialerParts;
  readonly #signal: AbortSignal;
  readonly #hand = new InHand();
  readonly #underWay = new Set<Promise<void>>();
  readonly #breaker = new RefusalBreaker();
  readonly #patient: PatientLeads;
  #choosing: Promise<void> | null = null;
  #again = false;
  #restsUntilMs = 0;
  #failures = 0;
  #expiredAtMs = -Infinity;
  /** Leads that came while it was not known whether a line is free for them; the newest last. */
  #arrivals: Arrival[] = [];
  /** Lines that were left when everybody in the queue had one. */
  #spare = 0;

  /** Chooses nobody any more once the signal is given. */
  constructor(tenantId: TenantId, parts: TenantDialerParts, signal: AbortSignal) {
    this.#tenantId = tenantId;
    this.#parts = parts;
    this.#patient = new PatientLeads(parts);
    this.#signal = signal;
  }

  /** Looks whether anybody is to be dialed. */
  wake(): void {
    this.#again = true;
    this.#choosing ??= this.#chooseOn().finally(() => {
      this.#choosing = null;
    });
  }

  /**
   * A lead just came in: it is dialed at once if a line is left for it, before the queue shows it.
   * Where others wait it takes its turn in the queue, which knows priorities.
   */
  arrived(arrival: Arrival): void {
    this.#arrivals.push(arrival);
    if (this.#choosing === null) this.#takeArrivals();
  }

  /** The tenant changed how it dials: whatever it rests for may be over. */
  changed(): void {
    this.#restsUntilMs = 0;
    this.#breaker.reset();
    this.#patient.changed();
    this.#spare = 0;
    this.wake();
  }

  /** Somebody may be handed to a seller again: whoever waited for another need not. */
  sellerAllowed(whom: SellerAllowed): void {
    this.#patient.sellerAllowed(whom);
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#choosing !== null || this.#underWay.size > 0) {
      await Promise.all([this.#choosing, ...this.#underWay]);
    }
  }

  /** Once more as long as somebody asks; never rejects. */
  async #chooseOn(): Promise<void> {
    while (this.#again && !this.#signal.aborted) {
      this.#again = false;
      try {
        const chosen = await this.#choose();
        // While they were chosen, others may have been refused.
        if (!this.#rests()) for (const leadId of chosen) this.#begin(leadId);
        this.#takeArrivals();
        this.#failures = 0;
      } catch (error) {
        this.#interrupted(error);
      }
    }
  }

  async #choose(): Promise<readonly string[]> {
    const { shown, dialing, voice, pace } = this.#parts;
    this.#spare = 0;
    if (!voice.mayDial()) return [];
    const state = dialing.of(this.#tenantId);
    if (state === null || state.stopped || this.#rests()) return [];
    const own = this.#ownRoom();
    if (own <= 0) return [];
    const room = Math.min(own, pace.room(this.#tenantId));
    if (room <= 0 && pace.hasJustAsked(this.#tenantId)) return [];
    this.#hand.letGo(shown.position, performance.now());
    const chosen = await this.#next(state, Math.max(room, 1));
    if (room > 0) return chosen;
    pace.wants(this.#tenantId, chosen.length > 0);
    return [];
  }

  /** How many more leads may be dealt with at the same time, whatever the pace of orders leaves. */
  #ownRoom(): number {
    return (this.#breaker.isOnTrial ? 1 : AT_ONCE_MAX) - this.#underWay.size;
  }

  #rests(): boolean {
    const nowMs = performance.now();
    return nowMs < this.#restsUntilMs || this.#breaker.isPaused(nowMs);
  }

  async #next({ settings, pausedSources }: DialingState, room: number): Promise<readonly string[]> {
    const { queue, clock } = this.#parts;
    const now = clock.now().toISOString();
    const held = this.#hand.leadIds;
    const over = await this.#expired(now, room, held);
    const onCall = await queue.calling(this.#tenantId);
    const free = settings.concurrentCallsMax - onCall - this.#hand.calls;
    const limit = Math.min(free, room - over.length);
    if (limit <= 0) return over;
    const due = await queue.next(this.#tenantId, {
      ...{ now, limit, priorities: settings.sourcePriorities },
      ...{ pausedSources: [...pausedSources], excluding: [...held, ...over] },
    });
    if (due.length === limit) return [...over, ...due];
    const patient = await this.#patient.take(this.#tenantId, {
      ...{ now, limit: limit - due.length, pausedSources: [...pausedSources] },
      held: [...held, ...over, ...due],
      unshown: this.#hand.unshown,
    });
    const chosen = [...due, ...patient];
    if (chosen.length < limit) this.#spare = free - chosen.length;
    return [...over, ...chosen];
  }

  async #expired(now: string, room: number, held: readonly string[]): Promise<readonly string[]> {
    const nowMs = performance.now();
    if (nowMs - this.#expiredAtMs < EXPIRED_EVERY_MS) return [];
    const expired = await this.#parts.queue.expired(this.#tenantId, now, room + held.length);
    const over = expired.filter((leadId) => !held.includes(leadId)).slice(0, room);
    // As long as there are some, every choice asks for more of them.
    if (over.length === 0) this.#expiredAtMs = nowMs;
    return over;
  }

  /** The newest first. Whoever gets no line is in the queue. */
  #takeArrivals(): void {
    const arrivals = this.#arrivals.toReversed();
    this.#arrivals = [];
    for (const arrival of arrivals) {
      if (this.#spare <= 0 || !this.#mayTake(arrival)) continue;
      this.#spare -= 1;
      this.#begin(arrival.leadId);
    }
  }

  #mayTake({ leadId, source }: Arrival): boolean {
    const { dialing, voice, pace } = this.#parts;
    const state = dialing.of(this.#tenantId);
    if (state === null || !dialsFor(state, source) || !voice.mayDial()) return false;
    if (this.#rests() || this.#hand.holds(leadId) || this.#ownRoom() <= 0) return false;
    // Whoever finds none is in the queue, where the next round finds them.
    return pace.room(this.#tenantId) > 0;
  }

  #begin(leadId: string): void {
    const { pace } = this.#parts;
    if (this.#signal.aborted || !pace.admit(leadId)) return;
    this.#hand.take(leadId);
    const dialed = this.#dial(leadId).finally(() => {
      pace.release(leadId);
      this.#underWay.delete(dialed);
      this.wake();
    });
    this.#underWay.add(dialed);
  }

  /** Never rejects. */
  async #dial(leadId: string): Promise<void> {
    const { dialler, report } = this.#parts;
    const tenantId = this.#tenantId;
    try {
      const { outcome, position, providerCode = null } = await dialler.dial(tenantId, leadId);
      if (outcome === 'called') this.#breaker.reset();
      if (outcome === 'refused') this.#refused(providerCode);
      if (position !== null || outcome === 'nothing') this.#patient.settle(leadId);
      if (position !== null) this.#hand.decided(leadId, position, outcome === 'called');
      else this.#passOver(leadId, outcome);
      report({ kind: 'dialed', tenantId, outcome });
    } catch (error) {
      if (isUnavailable(error)) {
        this.#hand.passedOver(leadId, performance.now() + NOT_NOW_MS);
        this.#interrupted(error);
        return;
      }
      this.#hand.passedOver(leadId, performance.now() + REFUSED_MS);
      report({ kind: 'failed', tenantId, leadId, error: withoutCause(error) });
    }
  }

  #refused(providerCode: number | null): void {
    const pauseMs = this.#breaker.refused(performance.now());
    if (pauseMs === null) return;
    const tenantId = this.#tenantId;
    this.#parts.report({ kind: 'paused', tenantId, pauseMs, providerCode });
  }

  #passOver(leadId: string, outcome: DialOutcome): void {
    const nowMs = performance.now();
    const notNow = outcome === 'not_now';
    this.#hand.passedOver(leadId, nowMs + (notNow ? NOT_NOW_MS : REFUSED_MS));
    if (notNow) this.#restsUntilMs = nowMs + NOT_NOW_MS;
  }

  #interrupted(error: unknown): void {
    const restMs = Math.min(FAILED_MS_MAX, FAILED_MS_MIN * 2 ** this.#failures);
    this.#failures += 1;
    this.#restsUntilMs = performance.now() + restMs;
    this.#parts.report({ kind: 'interrupted', error });
  }
}

/** What a lead failed of may hold what is personal about it; its code may not. */
function withoutCause(error: unknown): unknown {
  return error instanceof DomainError ? new Error(error.code) : error;
}
