import { type EventStore, pause } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type DialingKnowledge } from '../application/ports.js';
import { type QueueShown } from './dial-queue.js';
import { type News, QueueNews } from './queue-news.js';
import { TenantDialer, type TenantDialerParts } from './tenant-dialer.js';

/** What a {@link DialScheduler} is put together from. */
export interface DialSchedulerParts extends TenantDialerParts {
  readonly store: EventStore;
  readonly shown: QueueShown;
  readonly dialing: DialingKnowledge & {
    onChange(listener: (tenantId: TenantId) => void): () => void;
  };
}

/** Whatever wakes nobody is looked for so often: a lead that became due, a missed event. */
const ROUND_MS_MAX = 1_000;
/** How long a round waits for the queue to show what woke it. */
const QUEUE_WITHIN_MS = 500;

/**
 * Decides when tenants look for leads to dial: when the log says that something happened to a lead,
 * when a tenant changed how it dials, and once a second for whatever became due (DI-1).
 *
 * A lead that comes in while lines are free is dialed from the news of it, without waiting for the
 * queue. The queue itself is a read model, so it survives any restart; nobody is chosen before it
 * shows what the log held at the start, else a call made right before would not take its line.
 * Whether a lead may really be dialed is decided by its own stream at that instant; here it is only
 * chosen whom to ask. Run by one process at a time; should two of them run, consumers are still
 * called once, since each call is one decision.
 */
export class DialScheduler {
  readonly #parts: DialSchedulerParts;
  readonly #news: QueueNews;
  readonly #dialers = new Map<TenantId, TenantDialer>();
  /** Up to where the queue has to show the log before anybody is chosen; `null`: it does. */
  #owed: { readonly position: bigint | null } | null = null;
  #wake: () => void = () => undefined;

  constructor(parts: DialSchedulerParts) {
    this.#parts = parts;
    this.#news = new QueueNews(parts.store, (news) => {
      this.#tell(news);
      this.#wake();
    });
  }

  /** Whoever has no dialer yet looks for everybody. */
  #tell(news: News): void {
    if (news.kind === 'arrived') this.#dialers.get(news.arrival.tenantId)?.arrived(news.arrival);
    if (news.kind === 'seller_allowed') this.#dialers.get(news.tenantId)?.sellerAllowed(news);
  }

  /** Runs until the signal, and finishes what is under way. An outage of a server is waited for. */
  async run(signal: AbortSignal): Promise<void> {
    const dialers = this.#dialers;
    dialers.clear();
    this.#owed = { position: null };
    const off = this.#parts.dialing.onChange((tenantId) => {
      dialers.get(tenantId)?.changed();
      this.#wake();
    });
    while (!signal.aborted) {
      const woken = this.#woken(signal);
      await this.#round(signal);
      await woken;
    }
    off();
    await this.#news.rest();
    await Promise.all([...dialers.values()].map((dialer) => dialer.idle()));
  }

  /** Resolves at the next event, change or second. */
  #woken(signal: AbortSignal): Promise<void> {
    const early = new AbortController();
    this.#wake = () => {
      early.abort();
    };
    return pause(ROUND_MS_MAX, AbortSignal.any([signal, early.signal]));
  }

  /**
   * The log is listened to only while somebody dials: else a lead that comes in costs nothing here.
   */
  async #round(signal: AbortSignal): Promise<void> {
    const { dialing, report } = this.#parts;
    const tenants = dialing.tenants().filter((tenantId) => dialing.of(tenantId)?.stopped === false);
    try {
      if (tenants.length === 0) {
        await this.#news.rest();
        return;
      }
      await this.#news.listen();
      if (!(await this.#caughtUpOnce(signal))) return;
      await this.#queueShows(this.#news.position, signal);
    } catch (error) {
      report({ kind: 'interrupted', error });
      return;
    }
    for (const tenantId of tenants) {
      const known = this.#dialers.get(tenantId);
      const dialer = known ?? new TenantDialer(tenantId, this.#parts, signal);
      this.#dialers.set(tenantId, dialer);
      dialer.wake();
    }
  }

  /** Whether the queue shows everything that was in the log when it was first asked about. */
  async #caughtUpOnce(signal: AbortSignal): Promise<boolean> {
    if (this.#owed === null) return true;
    const position = this.#owed.position ?? (await this.#parts.store.headPosition());
    this.#owed = { position };
    const isShown = await this.#queueShows(position, signal);
    if (isShown) this.#owed = null;
    return isShown;
  }

  /** Waits a little until the queue shows the log up to a position; resolves to whether it does. */
  async #queueShows(wanted: bigint | null, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    return wanted === null || this.#parts.shown.reaches(wanted, QUEUE_WITHIN_MS, signal);
  }
}
