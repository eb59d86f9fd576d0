import {
  type CommandRunner,
  type EventCatalog,
  type EventStore,
  followLog,
} from '#libs/event-store';
import { fold, type TenantId } from '#libs/kernel';
import { isInForce, suppressionDecider } from '../domain/suppression.decider.js';
import { type SuppressionData, type SuppressionEvent } from '../domain/suppression.events.js';
import {
  type SuppressionBinding,
  type SuppressionScope,
  WHOLE_TENANT,
} from '../domain/suppression-scope.js';
import { SUPPRESSION_PREFIX, suppressionStream } from './lead-streams.js';
import { type EntryTarget, suppressionEntryId } from './suppression-entry-id.js';

/** A number that is looked up. */
export interface LookedUpPhone {
  readonly e164: string;
  readonly phoneHash: string;
}

/** The entry that forbids to call, and whom it binds: everybody, or leads of a brand. */
export interface Suppressing {
  readonly entryId: string;
  readonly scope: Exclude<SuppressionScope, 'seller'>;
}

/**
 * Whether a number is suppressed, exactly and almost for free.
 *
 * A set in memory, filled from the log and only ever added to, says which entries may exist; about
 * 100 bytes an entry. A number that is not in it costs nothing. One that is has its entry's stream
 * read, so that lifted and expired entries are told apart. While the subscription is not live the
 * set proves nothing, and every number's stream is read.
 */
export class SuppressionList {
  readonly #entries = new Set<string>();
  /** Streams of the whole tenant’s entries of numbers for which a brand has one, too. */
  readonly #brandNumbers = new Set<string>();
  readonly #prefixes = new Map<TenantId, Set<string>>();
  readonly #stop = new AbortController();
  #live = false;
  #markReady: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  /** Resolves once the whole list has been read the first time. */
  readonly ready: Promise<void>;

  constructor(
    private readonly store: EventStore,
    private readonly catalog: EventCatalog,
    private readonly runner: CommandRunner,
  ) {
    this.ready = new Promise((resolve) => {
      this.#markReady = resolve;
    });
  }

  /** Begins to follow the log, until {@link stop}. */
  start(): void {
    this.#running = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** Notes an entry just made by this process, ahead of the subscription. */
  note(tenantId: TenantId, entry: SuppressionData): void {
    this.#entries.add(suppressionStream(tenantId, entry.entryId));
    if (entry.scope === 'brand' && entry.phoneHash !== null) {
      this.#brandNumbers.add(suppressionStream(tenantId, entry.phoneHash));
    }
    if (entry.prefix === null) return;
    const prefixes = this.#prefixes.get(tenantId) ?? new Set();
    this.#prefixes.set(tenantId, prefixes.add(entry.prefix));
  }

  /** The entry that suppresses the number for everybody at `at` (ISO-8601), or `null`. */
  async entryFor(tenantId: TenantId, phone: LookedUpPhone, at: string): Promise<string | null> {
    return this.#inForce(tenantId, phone, WHOLE_TENANT, at);
  }

  /** What forbids to call the number as a lead of `brands` at `at`; first what binds everybody. */
  async suppressing(
    tenantId: TenantId,
    phone: LookedUpPhone,
    brands: readonly string[],
    at: string,
  ): Promise<Suppressing | null> {
    const entryId = await this.entryFor(tenantId, phone, at);
    if (entryId !== null) return { entryId, scope: 'tenant' };
    for (const scopeName of brands) {
      const binding = { scope: 'brand', scopeName } as const;
      const found = await this.#inForce(tenantId, phone, binding, at);
      if (found !== null) return { entryId: found, scope: 'brand' };
    }
    return null;
  }

  /** Which of the sellers, as they are spelled here, may not be given the number at `at` (CO-4). */
  async suppressedSellers(
    tenantId: TenantId,
    phone: LookedUpPhone,
    sellers: readonly string[],
    at: string,
  ): Promise<string[]> {
    const asked = await Promise.all(
      sellers.map(async (scopeName) => {
        const binding = { scope: 'seller', scopeName } as const;
        return (await this.#inForce(tenantId, phone, binding, at)) === null ? [] : [scopeName];
      }),
    );
    return asked.flat();
  }

  async #inForce(
    tenantId: TenantId,
    phone: LookedUpPhone,
    binding: SuppressionBinding,
    at: string,
  ): Promise<string | null> {
    for (const entryId of this.#candidates(tenantId, phone, binding)) {
      const history = await this.runner.history<SuppressionEvent>(
        suppressionStream(tenantId, entryId),
      );
      if (isInForce(fold(suppressionDecider, history), at)) return entryId;
    }
    return null;
  }

  /**
   * Whether an entry that was noted may cover a number of which only the hash and the first
   * characters are known. No I/O; says nothing of entries that were not noted yet, and `true` also
   * of lifted ones and of those for any brand.
   */
  mayCover(
    tenantId: TenantId,
    phone: { readonly phoneHash: string; readonly startsWith: string },
  ): boolean {
    const stream = suppressionStream(tenantId, phone.phoneHash);
    if (this.#entries.has(stream) || this.#brandNumbers.has(stream)) return true;
    const prefixes = [...(this.#prefixes.get(tenantId) ?? [])];
    return prefixes.some(
      (prefix) => prefix.startsWith(phone.startsWith) || phone.startsWith.startsWith(prefix),
    );
  }

  #candidates(
    tenantId: TenantId,
    { e164, phoneHash }: LookedUpPhone,
    binding: SuppressionBinding,
  ): string[] {
    const isNoted = (entryId: string) => this.#entries.has(suppressionStream(tenantId, entryId));
    const idOf = (target: EntryTarget) => suppressionEntryId(target, binding);
    const number = idOf({ kind: 'number', phoneHash });
    const prefixes = [...(this.#prefixes.get(tenantId) ?? [])];
    return [
      ...(!this.#live || isNoted(number) ? [number] : []),
      ...prefixes
        .filter((prefix) => e164.startsWith(prefix))
        .map((prefix) => idOf({ kind: 'prefix', prefix }))
        .filter(isNoted),
    ];
  }

  async #follow(): Promise<void> {
    const messages = followLog({
      store: this.store,
      catalog: this.catalog,
      after: null,
      streamPrefixes: [SUPPRESSION_PREFIX],
      signal: this.#stop.signal,
      onDisconnected: () => {
        this.#live = false;
      },
    });
    for await (const message of messages) {
      if (message.kind === 'caught_up') {
        this.#live = true;
        this.#markReady();
      } else if (message.kind === 'event' && message.event.type === 'NumberSuppressed') {
        this.note(message.event.metadata.tenantId, message.event.data as SuppressionData);
      }
    }
  }
}
