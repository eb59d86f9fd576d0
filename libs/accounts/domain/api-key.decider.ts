import type { Decider } from '#libs/kernel';
import { type ApiKey, evolve, initialState, type KnownApiKey, standingAt } from './api-key.js';
import {
  apiKeyAlreadyCreated,
  apiKeyAlreadyRotated,
  apiKeyExpired,
  apiKeyNotFound,
  apiKeyRevoked,
} from './api-key.errors.js';
import type { ApiKeyCreatedData, ApiKeyEvent } from './api-key.events.js';
import { apiKeyFieldErrors } from './api-key.rules.js';
import { invalidFields } from './validation.errors.js';

/** A key whose text was just made. */
export interface CreateApiKey {
  readonly type: 'CreateApiKey';
  readonly key: ApiKeyCreatedData;
}

/** A key is to give way to a successor that exists already. */
export interface RotateApiKey {
  readonly type: 'RotateApiKey';
  readonly tenantId: string;
  readonly keyId: string;
  readonly successorKeyId: string;
  readonly rotatedAt: string;
  readonly validUntil: string;
}

/** A key is to stop working now. */
export interface RevokeApiKey {
  readonly type: 'RevokeApiKey';
  readonly tenantId: string;
  readonly keyId: string;
  readonly reason: string;
  readonly revokedAt: string;
}

/** What can be wished of a key. */
export type ApiKeyCommand = CreateApiKey | RotateApiKey | RevokeApiKey;

function create({ key }: CreateApiKey, state: ApiKey): ApiKeyEvent[] {
  const errors = apiKeyFieldErrors(key);
  if (errors.length > 0) throw invalidFields(errors);
  if (state.status === 'absent') return [{ type: 'ApiKeyCreated', data: key }];
  if (state.key.secretHash === key.secretHash) return [];
  throw apiKeyAlreadyCreated(key.keyId);
}

function rotate(command: RotateApiKey, state: ApiKey): ApiKeyEvent[] {
  const known = ownedBy(command.tenantId, state);
  const { keyId, successorKeyId, validUntil } = command;
  if (known.status === 'rotated') {
    if (known.successorKeyId === successorKeyId) return [];
    throw apiKeyAlreadyRotated(known.successorKeyId);
  }
  const standing = standingAt(known, new Date(command.rotatedAt));
  if (standing === 'revoked') throw apiKeyRevoked();
  if (standing === 'expired') throw apiKeyExpired();
  return [{ type: 'ApiKeyRotated', data: { keyId, successorKeyId, validUntil } }];
}

function revoke(command: RevokeApiKey, state: ApiKey): ApiKeyEvent[] {
  if (ownedBy(command.tenantId, state).status === 'revoked') return [];
  const { keyId, reason, revokedAt } = command;
  return [{ type: 'ApiKeyRevoked', data: { keyId, reason, revokedAt } }];
}

function ownedBy(tenantId: string, state: ApiKey): KnownApiKey {
  if (state.status === 'absent' || state.key.tenantId !== tenantId) throw apiKeyNotFound();
  return state;
}

/** Decides about one API key. */
export const apiKeyDecider: Decider<ApiKey, ApiKeyCommand, ApiKeyEvent> = {
  decide(command, state) {
    switch (command.type) {
      case 'CreateApiKey':
        return create(command, state);
      case 'RotateApiKey':
        return rotate(command, state);
      case 'RevokeApiKey':
        return revoke(command, state);
    }
  },
  evolve,
  initialState,
};
