import { type TenantId } from '#libs/kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { randomBytes } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { invalidFields } from '../domain/postback-settings.errors.js';
import { type PostbackTokenSettings } from '../domain/postback-settings.events.js';
import { type Caller } from './caller.js';
import { type PostbackTokenResult, PostbackTokenRunner } from './postback-token-runner.js';
import { postbackTokenHash, postbackTokenText } from './postback-token-text.js';

/** A token at the one moment its text is known. Hand it over; never log or store it. */
export interface IssuedPostbackToken extends PostbackTokenResult {
  readonly text: string;
}

/**
 * What a token is asked for with; the rest has defaults: any destination, units by name, UTC, USD.
 */
export type PostbackTokenWish = Pick<PostbackTokenSettings, 'label'> &
  Partial<PostbackTokenSettings>;

/** How long a rotated text goes on working unless told: time for a buyer to change an address. */
export const TOKEN_OVERLAP_SECONDS_DEFAULT = 7 * 86_400;
/** How long it may go on working at most. */
export const TOKEN_OVERLAP_SECONDS_MAX = 30 * 86_400;

/** Gives a tenant a token for a buyer’s platform (SE-4). Its text is shown this once. */
export class CreatePostbackTokenCommand extends Command<IssuedPostbackToken> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly wish: PostbackTokenWish,
  ) {
    super();
  }
}

/** Has reports that come with a token read in another way. Repeating it changes nothing. */
export class ChangePostbackTokenCommand extends Command<PostbackTokenResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly tokenId: string,
    readonly changes: Partial<PostbackTokenSettings>,
    readonly reason: string | null,
  ) {
    super();
  }
}

/** Replaces a token’s text. The one before works for `overlapSeconds` more, 0 to 30 days. */
export class RotatePostbackTokenCommand extends Command<IssuedPostbackToken> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly tokenId: string,
    readonly overlapSeconds: number = TOKEN_OVERLAP_SECONDS_DEFAULT,
  ) {
    super();
  }
}

/** Ends a token at once. Repeating it changes nothing. */
export class RevokePostbackTokenCommand extends Command<PostbackTokenResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly tokenId: string,
    readonly reason: string | null,
  ) {
    super();
  }
}

/**
 * A new text, and a command id of its own: of a command run twice the second makes another text.
 */
function newSecret(caller: Caller) {
  const text = postbackTokenText(randomBytes(32));
  const secretHash = postbackTokenHash(text);
  const attempt = { ...caller, commandId: uuidv5(secretHash, caller.commandId) };
  return { text, secretHash, lastFour: text.slice(-4), attempt };
}

/**
 * Derives the token’s id from the command’s, so that a command sent twice cannot make two tokens:
 * the second time is refused, since the text of the first is not known any more.
 */
@CommandHandler(CreatePostbackTokenCommand)
export class CreatePostbackTokenHandler implements ICommandHandler<CreatePostbackTokenCommand> {
  constructor(private readonly tokens: PostbackTokenRunner) {}

  async execute(command: CreatePostbackTokenCommand): Promise<IssuedPostbackToken> {
    const { tenantId, caller, wish } = command;
    const tokenId = uuidv5('postbackToken', caller.commandId);
    const { text, secretHash, lastFour, attempt } = newSecret(caller);
    const now = this.tokens.now();
    const settings = withDefaults(wish);
    const created = { tokenId, secretHash, lastFour, settings, createdAt: now.toISOString() };
    const creation = { type: 'CreatePostbackToken', ...created } as const;
    return { text, ...(await this.tokens.run(tenantId, attempt, tokenId, creation, now)) };
  }
}

function withDefaults(wish: PostbackTokenWish): PostbackTokenSettings {
  const defaults = { amountUnit: 'by_name', timeZone: 'UTC', currency: 'USD' } as const;
  return { destinationId: null, ...defaults, ...wish };
}

/** Unmatched reports that came with the token are read anew by others, who follow the log. */
@CommandHandler(ChangePostbackTokenCommand)
export class ChangePostbackTokenHandler implements ICommandHandler<ChangePostbackTokenCommand> {
  constructor(private readonly tokens: PostbackTokenRunner) {}

  async execute(command: ChangePostbackTokenCommand): Promise<PostbackTokenResult> {
    const { tenantId, caller, tokenId, changes, reason } = command;
    await this.tokens.assertOwned(tenantId, tokenId);
    const now = this.tokens.now();
    const changed = { changes, reason, changedAt: now.toISOString() };
    const change = { type: 'ChangePostbackToken', ...changed } as const;
    return this.tokens.run(tenantId, caller, tokenId, change, now);
  }
}

/**
 * Sent twice, it rotates twice, for the first new text is lost. The text before both goes on
 * working for its whole overlap, so that nobody is locked out.
 */
@CommandHandler(RotatePostbackTokenCommand)
export class RotatePostbackTokenHandler implements ICommandHandler<RotatePostbackTokenCommand> {
  constructor(private readonly tokens: PostbackTokenRunner) {}

  async execute(command: RotatePostbackTokenCommand): Promise<IssuedPostbackToken> {
    const { tenantId, caller, tokenId, overlapSeconds } = command;
    assertOverlap(overlapSeconds);
    await this.tokens.assertOwned(tenantId, tokenId);
    const { text, secretHash, lastFour, attempt } = newSecret(caller);
    const now = this.tokens.now();
    const formerUntil = new Date(now.getTime() + overlapSeconds * 1_000).toISOString();
    const rotated = { secretHash, lastFour, formerUntil, rotatedAt: now.toISOString() };
    const rotation = { type: 'RotatePostbackToken', ...rotated } as const;
    return { text, ...(await this.tokens.run(tenantId, attempt, tokenId, rotation, now)) };
  }
}

function assertOverlap(seconds: number): void {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= TOKEN_OVERLAP_SECONDS_MAX) return;
  const message = `Give a whole number of seconds from 0 to ${TOKEN_OVERLAP_SECONDS_MAX}.`;
  throw invalidFields([{ field: 'overlap_seconds', code: 'out_of_range', message }]);
}

/** What came with the token before stays. */
@CommandHandler(RevokePostbackTokenCommand)
export class RevokePostbackTokenHandler implements ICommandHandler<RevokePostbackTokenCommand> {
  constructor(private readonly tokens: PostbackTokenRunner) {}

  async execute(command: RevokePostbackTokenCommand): Promise<PostbackTokenResult> {
    const { tenantId, caller, tokenId, reason } = command;
    await this.tokens.assertOwned(tenantId, tokenId);
    const now = this.tokens.now();
    const revocation = { reason, revokedAt: now.toISOString() };
    const revoke = { type: 'RevokePostbackToken', ...revocation } as const;
    return this.tokens.run(tenantId, caller, tokenId, revoke, now);
  }
}
