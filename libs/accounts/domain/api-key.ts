import type { ApiKeyCreatedData, ApiKeyEvent } from './api-key.events.js';

/** A key that was created, by what became of it. */
export type KnownApiKey = { readonly key: ApiKeyCreatedData } & (
  | { readonly status: 'active' }
  | { readonly status: 'rotated'; readonly successorKeyId: string; readonly validUntil: string }
  | { readonly status: 'revoked' }
);

/** A key's history, folded. */
export type ApiKey = { readonly status: 'absent' } | KnownApiKey;

/** Before anything happened. */
export function initialState(): ApiKey {
  return { status: 'absent' };
}

/** Follows history without judging it. A revoked key stays revoked, whatever comes after. */
export function evolve(state: ApiKey, event: ApiKeyEvent): ApiKey {
  if (event.type === 'ApiKeyCreated') return { status: 'active', key: event.data };
  if (state.status === 'absent' || state.status === 'revoked') return state;
  if (event.type === 'ApiKeyRevoked') return { status: 'revoked', key: state.key };
  const { successorKeyId, validUntil } = event.data;
  return { status: 'rotated', key: state.key, successorKeyId, validUntil };
}

/** What a key is worth at an instant. */
export type Standing = 'usable' | 'revoked' | 'expired';

/** Whether the key counts at `at`. An end is exclusive: at that very instant it is over. */
export function standingAt(state: KnownApiKey, at: Date): Standing {
  if (state.status === 'revoked') return 'revoked';
  const ends = [state.key.expiresAt, state.status === 'rotated' ? state.validUntil : null];
  const over = ends.some((end) => end !== null && Date.parse(end) <= at.getTime());
  return over ? 'expired' : 'usable';
}
