import { type PostbackTokenEvent, type PostbackTokenSettings } from './postback-settings.events.js';

/**
 * A text that opened before the last rotation, and until when it still does (ISO-8601, exclusive).
 */
export interface FormerSecret {
  readonly secretHash: string;
  readonly until: string;
}

/** A token that was created. */
export interface KnownPostbackToken {
  readonly status: 'live' | 'revoked';
  readonly tokenId: string;
  readonly secretHash: string;
  readonly lastFour: string;
  readonly settings: PostbackTokenSettings;
  /** Several, if it was rotated again before the overlap was over. */
  readonly former: readonly FormerSecret[];
  /** ISO-8601 UTC, as the next ones. */
  readonly createdAt: string;
  /** When it was last changed, rotated or revoked; at first when it was created. */
  readonly changedAt: string;
}

/** A token's history, folded. */
export type PostbackToken = { readonly status: 'absent' } | KnownPostbackToken;

/** Before anything happened. */
export function initialState(): PostbackToken {
  return { status: 'absent' };
}

/** Follows history without judging it. A revoked token stays revoked. */
export function evolve(state: PostbackToken, event: PostbackTokenEvent): PostbackToken {
  if (event.type === 'PostbackTokenCreated') {
    const { tokenId, secretHash, lastFour, settings, createdAt } = event.data;
    const created = { createdAt, changedAt: createdAt };
    return { status: 'live', tokenId, secretHash, lastFour, settings, former: [], ...created };
  }
  if (state.status === 'absent') return state;
  switch (event.type) {
    case 'PostbackTokenChanged':
      return { ...state, settings: event.data.after, changedAt: event.data.changedAt };
    case 'PostbackTokenRotated': {
      const { secretHash, lastFour, rotatedAt, formerUntil: until } = event.data;
      const former = [...stillOpen(state, rotatedAt), { secretHash: state.secretHash, until }];
      return { ...state, secretHash, lastFour, former, changedAt: rotatedAt };
    }
    case 'PostbackTokenRevoked':
      return { ...state, status: 'revoked', former: [], changedAt: event.data.revokedAt };
  }
}

function stillOpen({ former }: KnownPostbackToken, at: string): FormerSecret[] {
  return former.filter(({ until }) => Date.parse(until) > Date.parse(at));
}

/**
 * The hashes of all texts that open at `at` (ISO-8601), the latest first; none once it is revoked.
 */
export function openingHashes(token: PostbackToken, at: string): readonly string[] {
  if (token.status !== 'live') return [];
  return [token.secretHash, ...stillOpen(token, at).map(({ secretHash }) => secretHash)];
}
