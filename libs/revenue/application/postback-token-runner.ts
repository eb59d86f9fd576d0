import { CommandRunner, type Position } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { Injectable } from '@nestjs/common';
import { postbackTokenNotFound } from '../domain/postback-settings.errors.js';
import { type KnownPostbackToken, type PostbackToken } from '../domain/postback-token.js';
import {
  type PostbackTokenCommand,
  postbackTokenDecider,
} from '../domain/postback-token.decider.js';
import { type Caller, contextOf } from './caller.js';
import { RevenueClock } from './revenue-clock.js';
import { postbackTokenStream } from './settings-streams.js';
import { TokenDirectory } from './token-directory.js';

/** A token as it stands, and where its event is in the log; `null` when nothing changed. */
export interface PostbackTokenResult extends Omit<KnownPostbackToken, 'secretHash'> {
  readonly position: Position | null;
}

/** Runs commands on tokens for their handlers. */
@Injectable()
export class PostbackTokenRunner {
  constructor(
    private readonly runner: CommandRunner,
    private readonly directory: TokenDirectory,
    private readonly clock: RevenueClock,
  ) {}

  /** The present instant. */
  now(): Date {
    return this.clock.now();
  }

  /**
   * Refuses a token of another tenant as if there were none. The tenant of a stream never changes.
   */
  async assertOwned(tenantId: TenantId, tokenId: string): Promise<void> {
    const [first] = await this.runner.history(postbackTokenStream(tokenId));
    if (first?.metadata.tenantId !== tenantId) throw postbackTokenNotFound();
  }

  /** Runs one command, and has the directory know at once. */
  async run(
    tenantId: TenantId,
    caller: Caller,
    tokenId: string,
    command: PostbackTokenCommand,
    now: Date,
  ): Promise<PostbackTokenResult> {
    const result = await this.runner.run({
      stream: postbackTokenStream(tokenId),
      decider: postbackTokenDecider,
      command,
      context: contextOf(caller, tenantId, tokenId, now.toISOString()),
    });
    this.directory.note(tenantId, tokenId, result);
    return { ...standing(result.state), position: result.position };
  }
}

function standing(token: PostbackToken): Omit<PostbackTokenResult, 'position'> {
  if (token.status === 'absent') throw postbackTokenNotFound();
  const { tokenId, status, lastFour, settings, former, createdAt, changedAt } = token;
  return { tokenId, status, lastFour, settings, former, createdAt, changedAt };
}
