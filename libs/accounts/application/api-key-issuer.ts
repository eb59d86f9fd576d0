import { CommandRunner, type Position } from '#libs/event-store';
import { type ApiKeyId, fold, type TenantId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { type ApiKey } from '../domain/api-key.js';
import { apiKeyDecider } from '../domain/api-key.decider.js';
import type { ApiKeyCreatedData, ApiKeyEvent } from '../domain/api-key.events.js';
import { prefixOf } from '../domain/api-key.rules.js';
import { apiKeyHash, formatApiKey } from './api-key-text.js';
import { apiKeyStream } from './account-streams.js';
import { type Caller, contextOf } from './caller.js';

/** What a new key may do; everything about it but the key itself. */
export type ApiKeyTerms = Pick<
  ApiKeyCreatedData,
  'kind' | 'mode' | 'name' | 'scopes' | 'role' | 'rateLimitPerMinute' | 'expiresAt'
>;

/** A key at the one moment its text is known. Hand it to its holder; never log or store it. */
export interface IssuedApiKey {
  /** The whole key, as it is sent in requests. */
  readonly text: string;
  readonly key: Omit<ApiKeyCreatedData, 'secretHash'>;
  /** Where the event is in the log. */
  readonly position: Position | null;
}

/** Makes keys: the text is random, and only its hash goes into the log. */
@Injectable()
export class ApiKeyIssuer {
  constructor(private readonly runner: CommandRunner) {}

  /**
   * A new key of the tenant. Rejects with `validation_failed`, or with `api_key_already_created`
   * when the caller's command made a key before: its text cannot be shown again.
   */
  async issue(
    tenantId: TenantId,
    keyId: ApiKeyId,
    terms: ApiKeyTerms,
    caller: Caller,
    createdAt: string,
  ): Promise<IssuedApiKey> {
    const prefix = prefixOf(terms.kind, terms.mode);
    const text = formatApiKey(prefix, keyId, randomBytes(32));
    const { kind, mode, name, scopes, role, rateLimitPerMinute, expiresAt } = terms;
    const key = {
      ...{ keyId, tenantId, kind, mode, prefix, last4: text.slice(-4), name },
      ...{ scopes: [...scopes], role, rateLimitPerMinute, expiresAt, createdAt },
    };
    const secretHash = apiKeyHash(text);
    // The store takes an append it has seen, by its ids, for done. An id that did not depend on
    // the text would let a repeated command hand out a text whose hash was never stored.
    const attempt = { ...caller, commandId: uuidv5(secretHash, caller.commandId) };
    const result = await this.runner.run({
      stream: apiKeyStream(keyId),
      decider: apiKeyDecider,
      command: { type: 'CreateApiKey', key: { ...key, secretHash } },
      context: contextOf(attempt, tenantId, createdAt),
      expectNew: true,
    });
    return { text, key, position: result.position };
  }

  /** The key as its stream has it now. */
  async load(keyId: ApiKeyId): Promise<ApiKey> {
    return fold(apiKeyDecider, await this.runner.history<ApiKeyEvent>(apiKeyStream(keyId)));
  }
}
