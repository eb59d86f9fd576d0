import {
  type CommandRunner,
  type EventCatalog,
  type EventStore,
  followLog,
} from '#libs/event-store';
import { fold, type TenantId } from '#libs/kernel';
import { isInForce, suppressionDecider } from '../domain/suppression.decider.js';
import { type SuppressionData, type SuppressionEvent } from '../domain/suppression.events.js';
import { SUPPRESSION_PREFIX, suppressionStream } from './lead-streams.js';

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
    if (entry.prefix === null) return;
    const prefixes = this.#prefixes.get(tenantId) ?? new Set();
    this.#prefixes.set(tenantId, prefixes.add(entry.prefix));
  }

  /** The entry that suppresses the number at `at` (ISO-8601), or `null`. */
  async entryFor(
    tenantId: TenantId,
    phone: { readonly e164: string; readonly phoneHash: string },
    at: string,
  ): Promise<string | null> {
    for (const entryId of this.#candidates(tenantId, phone)) {
      const history = await this.runner.history<SuppressionEvent>(
        suppressionStream(tenantId, entryId),
      );
      if (isInForce(fold(suppressionDecider, history), at)) return entryId;
    }
    return null;
  }

  /**
   * Whether an entry that was noted may cover a number of which only the hash and the first characters
   * are known. No I/O; says nothing of entries that were not noted yet, and `true` also of lifted ones.
   */
  mayCover(
    tenantId: TenantId,
    phone: { readonly phoneHash: string; readonly startsWith: string },
  ): boolean {
    if (this.#entries.has(suppressionStream(tenantId, phone.phoneHash))) return true;
    const prefixes = [...(this.#prefixes.get(tenantId) ?? [])];
    return prefixes.some(
      (prefix) => prefix.startsWith(phone.startsWith) || phone.startsWith.startsWith(prefix),
    );
  }

  #candidates(
    tenantId: TenantId,
    { e164, phoneHash }: { readonly e164: string; readonly phoneHash: string },
  ): string[] {
    const listed = !this.#live || this.#entries.has(suppressionStream(tenantId, phoneHash));
    const prefixes = [...(this.#prefixes.get(tenantId) ?? [])];
    return [
      ...(listed ? [phoneHash] : []),
      ...prefixes.filter((prefix) => e164.startsWith(prefix)).map(prefixEntryId),
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

/** The entry id of a prefix such as `+1900`. */
export function prefixEntryId(prefix: string): string {
  return `p${prefix.slice(1)}`;
}
