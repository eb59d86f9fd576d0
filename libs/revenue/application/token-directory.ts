import { type EventCatalog, type EventStore } from '#libs/event-store';
import { type Clock, systemClock, type TenantId } from '#libs/kernel';
import {
  type PostbackTokenEvent,
  type PostbackTokenSettings,
} from '../domain/postback-settings.events.js';
import {
  type KnownPostbackToken,
  openingHashes,
  type PostbackToken,
} from '../domain/postback-token.js';
import { postbackTokenDecider } from '../domain/postback-token.decider.js';
import { FollowedStreams, type NotedState, type StreamChange } from './followed-streams.js';
import { POSTBACK_TOKEN_PREFIX, postbackTokenStream } from './settings-streams.js';
import { postbackTokenHash } from './postback-token-text.js';

/** A token that opens, and how what comes with it is read. */
export interface LiveToken {
  readonly tenantId: TenantId;
  readonly tokenId: string;
  readonly settings: PostbackTokenSettings;
}

/** What the directory follows, and whom it tells. */
export interface TokenDirectoryOptions {
  readonly store: EventStore;
  readonly catalog: EventCatalog;
  readonly clock?: Clock;
  /** Told when the live log is lost; the directory goes on by itself. */
  readonly onProblem?: (error: unknown) => void;
}

interface Entry {
  readonly tenantId: TenantId;
  readonly token: PostbackToken;
}

/**
 * Every token for buyers’ reports, from memory. About 1 kB a token.
 *
 * A token is looked up by the SHA-256 of its text, so the time a look-up takes tells nothing of how
 * much of a guess was right. A revocation holds as soon as its event arrives. While the log is
 * lost, what was known last stands: to refuse reports then would be to lose them, and a report that
 * comes with a token just revoked does no harm that could not be put right.
 */
export class TokenDirectory {
  readonly #streams: FollowedStreams<PostbackToken, PostbackTokenEvent>;
  readonly #clock: Clock;
  readonly #tokens = new Map<string, Entry>();
  readonly #streamsByHash = new Map<string, string>();

  constructor({ clock = systemClock, ...options }: TokenDirectoryOptions) {
    this.#clock = clock;
    this.#streams = new FollowedStreams({
      ...{ ...options, prefix: POSTBACK_TOKEN_PREFIX, decider: postbackTokenDecider },
      onChange: (change) => {
        this.#index(change);
      },
    });
  }

  /** Begins to follow the log. */
  start(): void {
    this.#streams.start();
  }

  /** Stops following and waits for it. */
  stop(): Promise<void> {
    return this.#streams.stop();
  }

  /** Resolves when every token is in memory for the first time. */
  caughtUp(): Promise<void> {
    return this.#streams.caughtUp();
  }

  /**
   * The token with this text; `null` if there is none, or none any more. Throws
   * `event_store_unavailable` before all tokens are in memory: refused senders may never come back.
   */
  find(text: string): LiveToken | null {
    this.#streams.assertComplete();
    const secretHash = postbackTokenHash(text);
    const entry = this.#tokens.get(this.#streamsByHash.get(secretHash) ?? '');
    return entry === undefined ? null : this.#opened(entry, secretHash);
  }

  /** A tenant’s token by its id, if it is not revoked: its settings now. Throws as {@link find}. */
  byId(tenantId: TenantId, tokenId: string): LiveToken | null {
    this.#streams.assertComplete();
    const entry = this.#tokens.get(postbackTokenStream(tokenId));
    if (entry?.tenantId !== tenantId || entry.token.status !== 'live') return null;
    return { tenantId, tokenId, settings: entry.token.settings };
  }

  /**
   * All tokens a tenant ever had, revoked ones too, the newest first. Throws as {@link find}.
   *
   * Each tenant has few, and they are in memory for {@link find} anyway: no read model is needed.
   */
  all(tenantId: TenantId): readonly KnownPostbackToken[] {
    this.#streams.assertComplete();
    return [...this.#tokens.values()]
      .flatMap((entry) =>
        entry.tenantId === tenantId && entry.token.status !== 'absent' ? [entry.token] : [],
      )
      .sort((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1));
  }

  /** Notes what this process has just done to a token, ahead of the log. */
  note(tenantId: TenantId, tokenId: string, result: NotedState<PostbackToken>): void {
    this.#streams.note(postbackTokenStream(tokenId), tenantId, result);
  }

  #opened({ tenantId, token }: Entry, secretHash: string): LiveToken | null {
    if (token.status !== 'live') return null;
    // Only a text that was replaced ever stops to open: for the latest no clock is asked.
    if (token.secretHash !== secretHash && !this.#stillOpens(token, secretHash)) return null;
    return { tenantId, tokenId: token.tokenId, settings: token.settings };
  }

  #stillOpens(token: PostbackToken, secretHash: string): boolean {
    return openingHashes(token, this.#clock.now().toISOString()).includes(secretHash);
  }

  #index({ stream, tenantId, before, after }: StreamChange<PostbackToken>): void {
    for (const hash of hashesOf(before)) this.#streamsByHash.delete(hash);
    for (const hash of hashesOf(after)) this.#streamsByHash.set(hash, stream);
    this.#tokens.set(stream, { tenantId, token: after });
  }
}

function placeOf({ createdAt, tokenId }: KnownPostbackToken): string {
  return `${createdAt} ${tokenId}`;
}

function hashesOf(token: PostbackToken): string[] {
  if (token.status !== 'live') return [];
  return [token.secretHash, ...token.former.map(({ secretHash }) => secretHash)];
}
