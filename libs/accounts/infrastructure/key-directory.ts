import {
  type EventCatalog,
  type EventStore,
  followLog,
  pause,
  type Position,
} from '#libs/event-store';
import { type ApiKeyId, type Clock, DomainError, systemClock, type TenantId } from '#libs/kernel';
import { timingSafeEqual } from 'node:crypto';
import {
  API_KEY_PREFIX,
  apiKeyStream,
  TENANT_PREFIX,
  tenantStream,
} from '../application/account-streams.js';
import type {
  ApiKeyCreatedData,
  ApiKeyMode,
  ApiKeyRole,
  ApiKeyScope,
} from '../domain/api-key.events.js';
import { type KnownApiKey, standingAt } from '../domain/api-key.js';
import { apiKeyHash, parseApiKey } from '../application/api-key-text.js';
import type { TenantMode } from '../domain/tenant.events.js';
import { KeyRegister } from './key-register.js';
import { StreamLookup } from './stream-lookup.js';

/** What a valid key allows its holder. */
export interface AuthenticatedKey {
  readonly outcome: 'authenticated';
  readonly keyId: ApiKeyId;
  readonly keyName: string;
  readonly tenantId: TenantId;
  readonly tenantMode: TenantMode;
  readonly scopes: readonly ApiKeyScope[];
  readonly role: ApiKeyRole | null;
  readonly rateLimitPerMinute: number;
  readonly mode: ApiKeyMode;
}

/** Why a key is refused. Only who holds the whole key learns more than `unauthorized`. */
export interface RefusedKey {
  readonly outcome: 'refused';
  readonly code: 'unauthorized' | 'key_revoked' | 'key_expired';
}

/** What presenting a key comes to. */
export type Authentication = AuthenticatedKey | RefusedKey;

/** What the directory reads, and whom it tells. */
export interface KeyDirectoryOptions {
  readonly store: EventStore;
  readonly catalog: EventCatalog;
  readonly clock?: Clock;
  /** Told when the live log is lost; the directory goes on by itself. */
  readonly onProblem?: (error: unknown) => void;
}

/** Texts of keys that are remembered, about 200 bytes each. */
const PROVEN_MAX = 10_000;
/** How long memory is believed after the live log was lost. */
export const GRACE_MS = 3_000;
const RESTART_PAUSE_MS = 5_000;

/**
 * Knows every API key, from memory: a live fold of the `apiKey-` and `tenant-` streams. Needs the
 * event store and nothing else.
 *
 * A revocation holds as soon as its event arrives. While the live log is lost for more than
 * {@link GRACE_MS}, or has not caught up yet, each key's stream is read again, at most once a
 * second; if that fails too, authentication rejects with `event_store_unavailable`, because a
 * revoked key must not come back to life with a broken connection. A key that is not in memory,
 * such as one made a moment ago elsewhere, is looked up the same way.
 */
export class KeyDirectory {
  readonly #options: KeyDirectoryOptions;
  readonly #clock: Clock;
  readonly #register = new KeyRegister();
  readonly #lookup: StreamLookup;
  /**
   * Texts that were found to be a key's, so that a key in use is not hashed with every request.
   * Says nothing of whether the key still counts: that is asked of the register every time.
   */
  readonly #proven = new Map<string, ApiKeyCreatedData>();
  readonly #stopped = new AbortController();
  readonly #caughtUp = Promise.withResolvers<undefined>();
  #following: Promise<void> | null = null;
  /** Until when memory is believed; before the first catching up it is not. */
  #trustedUntil = -Infinity;

  constructor(options: KeyDirectoryOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#lookup = new StreamLookup({
      ...options,
      register: this.#register,
      now: () => this.#clock.now().getTime(),
    });
  }

  /** Begins to follow the log; authentication works before that too, by look-ups. */
  start(): void {
    this.#following ??= this.#follow();
  }

  /** Stops following and waits for it. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#following;
  }

  /** Resolves when everything up to now is in memory for the first time. */
  async caughtUp(): Promise<void> {
    await this.#caughtUp.promise;
  }

  /** Whether memory is believed at this moment; look-ups stand in while it is not. */
  get isLive(): boolean {
    return this.#clock.now().getTime() < this.#trustedUntil;
  }

  /**
   * Whose key this is. Tells nothing apart without the whole key: a wrong secret and an unknown id
   * are both `unauthorized`, compared in constant time. Rejects with `event_store_unavailable`.
   */
  async authenticate(presented: string): Promise<Authentication> {
    const proven = this.#proven.get(presented)?.keyId as ApiKeyId | undefined;
    const keyId = proven ?? parseApiKey(presented)?.keyId;
    if (keyId === undefined) return refused('unauthorized');
    const known = await this.#upToDate(apiKeyStream(keyId), () => this.#register.key(keyId));
    if (known === undefined || !this.#isProven(presented, known)) return refused('unauthorized');
    const standing = standingAt(known, this.#clock.now());
    if (standing !== 'usable') return refused(`key_${standing}`);
    const tenantId = known.key.tenantId as TenantId;
    const tenantMode = this.#register.tenant(tenantId)?.mode ?? (await this.tenantMode(tenantId));
    return tenantMode === undefined ? refused('unauthorized') : authenticated(known, tenantMode);
  }

  /** What kind of tenant this is; `undefined` if there is none. Rejects as above. */
  async tenantMode(tenantId: TenantId): Promise<TenantMode | undefined> {
    const tenant = await this.#upToDate(tenantStream(tenantId), () =>
      this.#register.tenant(tenantId),
    );
    return tenant?.mode;
  }

  #isProven(presented: string, { key }: KnownApiKey): boolean {
    if (this.#proven.get(presented) === key) return true;
    if (!matches(presented, key)) return false;
    if (this.#proven.size >= PROVEN_MAX) this.#proven.clear();
    this.#proven.set(presented, key);
    return true;
  }

  #upToDate<Known>(
    stream: string,
    known: () => Known | undefined,
  ): Known | undefined | Promise<Known | undefined> {
    const remembered = known();
    return remembered !== undefined && this.isLive ? remembered : this.#lookUp(stream, known);
  }

  async #lookUp<Known>(stream: string, known: () => Known | undefined): Promise<Known | undefined> {
    const read = await this.#lookup.refresh(stream);
    if (!read && !this.isLive) throw tooManyUnknown();
    return known();
  }

  async #follow(): Promise<void> {
    let after: Position | null = null;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        for await (const message of this.#messages(after)) {
          if (message.kind === 'caught_up') this.#trust();
          else if (message.kind === 'checkpoint') after = message.position;
          else {
            this.#register.apply(message.event);
            after = message.event.position;
          }
        }
      } catch (error) {
        this.#distrust(error);
        await pause(RESTART_PAUSE_MS, signal);
      }
    }
  }

  #messages(after: Position | null) {
    return followLog({
      store: this.#options.store,
      catalog: this.#options.catalog,
      after,
      streamPrefixes: [API_KEY_PREFIX, TENANT_PREFIX],
      signal: this.#stopped.signal,
      onDisconnected: (error) => {
        this.#distrust(error);
      },
    });
  }

  #trust(): void {
    this.#trustedUntil = Infinity;
    this.#caughtUp.resolve(undefined);
  }

  #distrust(error: unknown): void {
    this.#trustedUntil = Math.min(this.#trustedUntil, this.#clock.now().getTime() + GRACE_MS);
    this.#options.onProblem?.(error);
  }
}

function refused(code: RefusedKey['code']): RefusedKey {
  return { outcome: 'refused', code };
}

function authenticated({ key }: KnownApiKey, tenantMode: TenantMode): AuthenticatedKey {
  const { scopes, role, rateLimitPerMinute, mode, name: keyName } = key;
  const [keyId, tenantId] = [key.keyId as ApiKeyId, key.tenantId as TenantId];
  return {
    outcome: 'authenticated',
    ...{ keyId, keyName, tenantId, tenantMode, scopes, role, rateLimitPerMinute, mode },
  };
}

function matches(presented: string, { secretHash }: ApiKeyCreatedData): boolean {
  const [expected, actual] = [Buffer.from(secretHash), Buffer.from(apiKeyHash(presented))];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** Too many made-up keys at a time when a real new one could not be told from them. */
function tooManyUnknown(): DomainError {
  return new DomainError(
    'unavailable',
    'authentication_busy',
    'The key could not be checked just now. Send the same request again.',
  );
}
