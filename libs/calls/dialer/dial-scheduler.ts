import { EventCatalog, type EventStore, followLog, pause } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { LEAD_PREFIX } from '#events/leads';
import { type DialingKnowledge } from '../application/ports.js';
import { TenantDialer, type TenantDialerParts } from './tenant-dialer.js';

/** What a {@link DialScheduler} is put together from. */
export interface DialSchedulerParts extends TenantDialerParts {
  readonly store: EventStore;
  readonly dialing: DialingKnowledge & {
    onChange(listener: (tenantId: TenantId) => void): () => void;
  };
}

/** Whatever wakes nobody is looked for so often: a lead that became due, a missed event. */
const ROUND_MS_MAX = 1_000;
/** How long a round waits for the queue to show what woke it. */
const QUEUE_WITHIN_MS = 500;
const QUEUE_POLL_MS = 5;
const RETRY_MS = 1_000;

/**
 * Decides when tenants look for leads to dial: when the log says that something happened to a lead,
 * when a tenant changed how it dials, and once a second for whatever became due (DI-1).
 *
 * The queue itself is a read model, so it survives any restart. Whether a lead may really be dialed
 * is decided by its own stream at that instant; here it is only chosen whom to ask. Run by one
 * process at a time; should two of them run, consumers are still called once, since each call is one
 * decision.
 */
export class DialScheduler {
  readonly #parts: DialSchedulerParts;
  #wake: () => void = () => undefined;
  #seen: bigint | null = null;

  constructor(parts: DialSchedulerParts) {
    this.#parts = parts;
  }

  /** Runs until the signal, and finishes what is under way. An outage of a server is waited for. */
  async run(signal: AbortSignal): Promise<void> {
    const dialers = new Map<TenantId, TenantDialer>();
    const off = this.#parts.dialing.onChange((tenantId) => {
      dialers.get(tenantId)?.changed();
      this.#wake();
    });
    const listening = this.#listen(signal);
    while (!signal.aborted) {
      const woken = this.#woken(signal);
      if (await this.#queueIsReady(signal)) this.#wakeAll(dialers, signal);
      await woken;
    }
    off();
    await Promise.all([listening, ...[...dialers.values()].map((dialer) => dialer.idle())]);
  }

  #wakeAll(dialers: Map<TenantId, TenantDialer>, signal: AbortSignal): void {
    for (const tenantId of this.#parts.dialing.tenants()) {
      const dialer = dialers.get(tenantId) ?? new TenantDialer(tenantId, this.#parts, signal);
      dialers.set(tenantId, dialer);
      dialer.wake();
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

  /** Notes that something happened to a lead, and where; never rejects. */
  async #listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#follow(signal);
      } catch (error) {
        this.#parts.report({ kind: 'interrupted', error });
        await pause(RETRY_MS, signal);
      }
    }
  }

  /** From the end of the log: what was before shows in the queue, and the next round finds it. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { store } = this.#parts;
    const after = await store.headPosition();
    this.#seen = after;
    const catalog = new EventCatalog([]);
    const log = followLog({ store, catalog, after, streamPrefixes: [LEAD_PREFIX], signal });
    for await (const message of log) {
      if (message.kind === 'caught_up') continue;
      this.#seen = message.kind === 'event' ? message.event.position : message.position;
      this.#wake();
    }
  }

  /** Waits a little until the queue shows what woke the round. False if nobody can be asked. */
  async #queueIsReady(signal: AbortSignal): Promise<boolean> {
    const { queue, report } = this.#parts;
    const wanted = this.#seen;
    const deadline = performance.now() + QUEUE_WITHIN_MS;
    try {
      while (!signal.aborted && performance.now() < deadline) {
        const position = await queue.position();
        if (wanted === null || (position !== null && position >= wanted)) break;
        await pause(QUEUE_POLL_MS, signal);
      }
      return true;
    } catch (error) {
      report({ kind: 'interrupted', error });
      return false;
    }
  }
}
