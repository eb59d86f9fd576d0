import { CommandRunner, type Position } from '#libs/event-store';
import type { ApiKeyId, TenantId } from '#libs/kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { apiKeyDecider } from '../domain/api-key.decider.js';
import { invalidFields } from '../domain/validation.errors.js';
import { apiKeyStream } from './account-streams.js';
import { AccountsClock } from './accounts-clock.js';
import { type Caller, contextOf } from './caller.js';

/** What became of a revocation. */
export interface RevokeApiKeyResult {
  /** Where the event is in the log; `null` if the key was revoked before. */
  readonly position: Position | null;
}

/** Withdraws a key for good, on every instance as soon as the event reaches it. Repeat-safe. */
export class RevokeApiKeyCommand extends Command<RevokeApiKeyResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly keyId: ApiKeyId,
    /** Up to 200 characters; kept in the log, so no place for personal data. */
    readonly reason: string,
    readonly caller: Caller,
  ) {
    super();
  }
}

const REASON_LENGTH_MAX = 200;

/** Appends the revocation. */
@CommandHandler(RevokeApiKeyCommand)
export class RevokeApiKeyHandler implements ICommandHandler<RevokeApiKeyCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly clock: AccountsClock,
  ) {}

  async execute(command: RevokeApiKeyCommand): Promise<RevokeApiKeyResult> {
    const { tenantId, keyId, reason, caller } = command;
    if (reason.length > REASON_LENGTH_MAX) {
      const message = `Give a reason of up to ${REASON_LENGTH_MAX} characters.`;
      throw invalidFields([{ field: 'reason', code: 'invalid_length', message }]);
    }
    const revokedAt = this.clock.now().toISOString();
    const { position } = await this.runner.run({
      stream: apiKeyStream(keyId),
      decider: apiKeyDecider,
      command: { type: 'RevokeApiKey', tenantId, keyId, reason, revokedAt },
      context: contextOf(caller, tenantId, revokedAt),
    });
    return { position };
  }
}
