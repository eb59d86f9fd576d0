import { type EventStore, pause } from '#libs/event-store';
import { type Clock, DomainError, type TenantId } from '#libs/kernel';
import { type Dialler, type DialOutcome } from '../application/dialler.js';
import { type DialingState } from '../domain/dialing.js';
import { type DialingKnowledge } from '../application/ports.js';
import { type DialQueue } from './dial-queue.js';
import { InHand } from './in-hand.js';
import { QueueNews } from './queue-news.js';

/** What the scheduler has to say, for logs. Nothing of it is personal. */
export type DialNotice =
  | { readonly kind: 'dialed'; readonly tenantId: TenantId; readonly outcome: DialOutcome }
  | { readonly kind: 'interrupted'; readonly error: unknown };

/** What a {@link DialScheduler} is put together from. */
export interface DialSchedulerParts {
  readonly store: EventStore;
  readonly queue: DialQueue;
  readonly dialing: DialingKnowledge & { onChange(listener: () => void): () => void };
  readonly dialler: Pick<Dialler, 'dial'>;
  readonly clock: Clock;
  readonly report: (notice: DialNotice) => void;
}

/** Whatever wakes nobody is looked for so often: a lead that became due, a missed event. */
const ROUND_MS_MAX = 1_000;
/** How long a round waits for the queue to show what woke it. */
const QUEUE_WITHIN_MS = 500;
const QUEUE_POLL_MS = 5;
/** Leads dialed side by side for one tenant. */
const AT_ONCE_MAX = 16;
/** How long a lead is left alone that the queue shows and its stream refuses. */
const REFUSED_MS = 30_000;
const NOT_NOW_MS = 1_000;
const EXPIRED_AT_ONCE = 100;

/**
 * Decides who is called next: within each tenant’s limit of calls at the same time, the highest
 * priority first, then the newest lead (DI-1).
 *
 * The queue itself is a read model, so it survives any restart. The log wakes the scheduler, and a
 * round a second finds whatever became due. Whether a lead may really be dialed is decided by its
 * own stream at that instant; the scheduler only chooses whom to ask. Run by one process at a time;
 * should two of them run, consumers are still called once, since each call is one decision.
 */
export class DialScheduler {
  readonly #parts: DialSchedulerParts;
  readonly #hands = new Map<TenantId, InHand>();
  readonly #news: QueueNews;
  #wake: () => void = () => undefined;

  constructor(parts: DialSchedulerParts) {
    this.#parts = parts;
    this.#news = new QueueNews(parts.store, () => {
      this.#wake();
    });
  }

  /** Runs until the signal. An outage of a server is waited for. */
  async run(signal: AbortSignal): Promise<void> {
    const { dialing } = this.#parts;
    const off = dialing.onChange(() => {
      this.#wake();
    });
    let failures = 0;
    try {
      while (!signal.aborted) {
        const woken = this.#woken(signal);
        try {
          await this.#round(signal);
          failures = 0;
        } catch (error) {
          if (!isUnavailable(error)) throw error;
          this.#parts.report({ kind: 'interrupted', error });
          await pause(Math.min(5_000, 100 * 2 ** failures), signal);
          failures += 1;
        }
        await woken;
      }
    } finally {
      off();
      await this.#news.rest();
    }
  }

  /** Resolves at the next event, change or second. */
  #woken(signal: AbortSignal): Promise<void> {
    const early = new AbortController();
    this.#wake = () => {
      early.abort();
    };
    return pause(ROUND_MS_MAX, AbortSignal.any([signal, early.signal]));
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { dialing } = this.#parts;
    const tenants = dialing.tenants().filter((tenantId) => dialing.of(tenantId)?.stopped === false);
    if (tenants.length === 0) return this.#news.rest();
    await this.#news.listen();
    const position = await this.#queueShows(this.#news.position, signal);
    await Promise.all(tenants.map((tenantId) => this.#serve(tenantId, position)));
  }

  /** Waits a little until the queue shows what woke the round. */
  async #queueShows(wanted: bigint | null, signal: AbortSignal): Promise<bigint | null> {
    const { queue } = this.#parts;
    const deadline = performance.now() + QUEUE_WITHIN_MS;
    for (;;) {
      const position = await queue.position();
      const reached = wanted === null || (position !== null && position >= wanted);
      if (reached || performance.now() > deadline || signal.aborted) return position;
      await pause(QUEUE_POLL_MS, signal);
    }
  }

  async #serve(tenantId: TenantId, position: bigint | null): Promise<void> {
    const state = this.#parts.dialing.of(tenantId);
    const hand = this.#handOf(tenantId);
    hand.letGo(position, performance.now());
    if (state === null || state.stopped) return;
    for (;;) {
      const leadIds = await this.#choose(tenantId, state, hand);
      await Promise.all(leadIds.map((leadId) => this.#dial(tenantId, leadId, hand)));
      // Whoever was only told to wait leaves room for the next.
      if (leadIds.length < AT_ONCE_MAX) return;
    }
  }

  async #choose(
    tenantId: TenantId,
    { settings, pausedSources }: DialingState,
    hand: InHand,
  ): Promise<readonly string[]> {
    const { queue, clock } = this.#parts;
    const now = clock.now().toISOString();
    const held = new Set(hand.leadIds);
    const over = (await queue.expired(tenantId, now, EXPIRED_AT_ONCE)).filter(
      (leadId) => !held.has(leadId),
    );
    const free = settings.concurrentCallsMax - (await queue.calling(tenantId)) - hand.calls;
    if (free <= 0) return over;
    const due = await queue.next(tenantId, {
      ...{ now, limit: Math.min(free, AT_ONCE_MAX), priorities: settings.sourcePriorities },
      ...{ pausedSources: [...pausedSources], excluding: [...held, ...over] },
    });
    return [...over, ...due];
  }

  async #dial(tenantId: TenantId, leadId: string, hand: InHand): Promise<void> {
    const { outcome, position } = await this.#parts.dialler.dial(tenantId, leadId);
    const nowMs = performance.now();
    if (position !== null) hand.decided(leadId, position, nowMs, outcome === 'called');
    else hand.passedOver(leadId, nowMs, outcome === 'not_now' ? NOT_NOW_MS : REFUSED_MS);
    this.#parts.report({ kind: 'dialed', tenantId, outcome });
  }

  #handOf(tenantId: TenantId): InHand {
    const known = this.#hands.get(tenantId) ?? new InHand();
    this.#hands.set(tenantId, known);
    return known;
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof DomainError && error.kind === 'unavailable';
}
