import { CommandRunner } from '#libs/event-store';
import type { TenantId } from '#libs/kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { hash } from 'node:crypto';
import { apiKeyIdFrom } from './api-key-text.js';
import { operatorScopeReserved } from '../domain/api-key.errors.js';
import { RATE_LIMIT_PER_MINUTE_DEFAULT } from '../domain/api-key.rules.js';
import { tenantNotFound } from '../domain/tenant.errors.js';
import { tenantStream } from './account-streams.js';
import { AccountsClock } from './accounts-clock.js';
import { ApiKeyIssuer, type ApiKeyTerms, type IssuedApiKey } from './api-key-issuer.js';
import type { Caller } from './caller.js';

/** What a key is asked for with; the rest has defaults: intake, live, 120 a minute, no end. */
export type ApiKeyWish = Pick<ApiKeyTerms, 'name' | 'scopes'> & Partial<ApiKeyTerms>;

/** Gives a tenant a new key. The text in the result is shown this once. */
export class CreateApiKeyCommand extends Command<IssuedApiKey> {
  constructor(
    readonly tenantId: TenantId,
    readonly wish: ApiKeyWish,
    readonly caller: Caller,
  ) {
    super();
  }
}

/**
 * Derives the key's id from the command's, so that a command sent twice cannot make two keys: the
 * second time is refused, since the text of the first is not known any more.
 */
@CommandHandler(CreateApiKeyCommand)
export class CreateApiKeyHandler implements ICommandHandler<CreateApiKeyCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly issuer: ApiKeyIssuer,
    private readonly clock: AccountsClock,
  ) {}

  async execute({ tenantId, wish, caller }: CreateApiKeyCommand): Promise<IssuedApiKey> {
    const isOperator = caller.actor.kind === 'operator';
    if (wish.scopes.includes('operator') && !isOperator) throw operatorScopeReserved();
    const tenant = await this.runner.history(tenantStream(tenantId));
    if (tenant.length === 0) throw tenantNotFound(tenantId);
    const keyId = apiKeyIdFrom(hash('sha256', `apiKey|${caller.commandId}`, 'buffer'));
    const createdAt = this.clock.now().toISOString();
    return this.issuer.issue(tenantId, keyId, withDefaults(wish), caller, createdAt);
  }
}

function withDefaults(wish: ApiKeyWish): ApiKeyTerms {
  return {
    kind: 'intake',
    mode: 'live',
    role: null,
    rateLimitPerMinute: RATE_LIMIT_PER_MINUTE_DEFAULT,
    ...wish,
    expiresAt: wish.expiresAt == null ? null : new Date(wish.expiresAt).toISOString(),
  };
}
