import { type Position } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { newWebhookSecret, OutboundSender } from '#libs/outbound';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import { type PostbackTarget } from '../domain/postback-targets.js';
import { type Caller } from './caller.js';
import { PostbacksClock } from './postbacks-clock.js';
import { TargetBook, type TargetTemplates } from './target-book.js';
import { assertFittingTarget, type TargetWish } from './target-wish.js';

/** A target as it stands, and where its event is in the log; `null` when nothing changed. */
export interface PostbackTargetResult {
  readonly target: PostbackTarget;
  readonly templates: TargetTemplates;
  readonly position: Position | null;
}

/** A target at the one moment its secret is shown. Hand it over; never log or store it. */
export interface IssuedPostbackTarget extends PostbackTargetResult {
  /** `whsec_…`, by Standard Webhooks. */
  readonly secret: string;
}

/** How long the secret before a rotation signs, too: a day. */
export const SECRET_OVERLAP_MS = 86_400_000;

/** Names an address that is told what came of calls (PB-12). Its secret is shown this once. */
export class CreatePostbackTargetCommand extends Command<IssuedPostbackTarget> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly wish: TargetWish,
  ) {
    super();
  }
}

/** Gives a target a new secret. For a day requests are signed with the one before, too. */
export class RotatePostbackSecretCommand extends Command<IssuedPostbackTarget> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly targetId: string,
  ) {
    super();
  }
}

/** Ends a target at once; what was due is not sent any more. Repeating it changes nothing. */
export class RemovePostbackTargetCommand extends Command<PostbackTargetResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly targetId: string,
    readonly reason: string | null,
  ) {
    super();
  }
}

/**
 * Derives the target’s id from the command’s, so that a command sent twice cannot make two targets:
 * the second time is refused, since the secret of the first is not known any more.
 */
@CommandHandler(CreatePostbackTargetCommand)
export class CreatePostbackTargetHandler implements ICommandHandler<CreatePostbackTargetCommand> {
  constructor(
    private readonly book: TargetBook,
    private readonly sender: OutboundSender,
    private readonly clock: PostbacksClock,
  ) {}

  async execute(command: CreatePostbackTargetCommand): Promise<IssuedPostbackTarget> {
    const { tenantId, caller, wish } = command;
    assertFittingTarget(wish, this.sender.rules);
    const targetId = uuidv5('postbackTarget', caller.commandId);
    const secret = newWebhookSecret();
    const templates = { url: wish.url, fields: wish.fields };
    const createdAt = this.clock.now().toISOString();
    const creation = {
      ...({ type: 'CreatePostbackTarget', targetId, createdAt } as const),
      settings: { ...wish.settings, host: new URL(wish.url).host },
      sealed: await this.book.seal(tenantId, templates),
      secret: await this.book.seal(tenantId, { secret }),
    };
    const created = await this.book.run(tenantId, once(caller, secret), creation, createdAt);
    return { ...created, templates, secret };
  }
}

/** Sent twice, it rotates twice, for the first new secret is lost. */
@CommandHandler(RotatePostbackSecretCommand)
export class RotatePostbackSecretHandler implements ICommandHandler<RotatePostbackSecretCommand> {
  constructor(
    private readonly book: TargetBook,
    private readonly clock: PostbacksClock,
  ) {}

  async execute(command: RotatePostbackSecretCommand): Promise<IssuedPostbackTarget> {
    const { tenantId, caller, targetId } = command;
    const secret = newWebhookSecret();
    const now = this.clock.now();
    const rotatedAt = now.toISOString();
    const rotation = {
      ...({ type: 'RotatePostbackSecret', targetId, rotatedAt } as const),
      secret: await this.book.seal(tenantId, { secret }),
      formerUntil: new Date(now.getTime() + SECRET_OVERLAP_MS).toISOString(),
    };
    const rotated = await this.book.run(tenantId, once(caller, secret), rotation, rotatedAt);
    return { ...rotated, templates: await templatesOf(this.book, tenantId, rotated), secret };
  }
}

/** What was sent stays in the log of deliveries. */
@CommandHandler(RemovePostbackTargetCommand)
export class RemovePostbackTargetHandler implements ICommandHandler<RemovePostbackTargetCommand> {
  constructor(
    private readonly book: TargetBook,
    private readonly clock: PostbacksClock,
  ) {}

  async execute(command: RemovePostbackTargetCommand): Promise<PostbackTargetResult> {
    const { tenantId, caller, targetId, reason } = command;
    const removedAt = this.clock.now().toISOString();
    const asked = { targetId, cause: 'asked', reason, removedAt } as const;
    const removal = { type: 'RemovePostbackTarget', ...asked } as const;
    const removed = await this.book.run(tenantId, caller, removal, removedAt);
    return { ...removed, templates: await templatesOf(this.book, tenantId, removed) };
  }
}

/** A command id of its own for each secret: of a command run twice the second makes another. */
function once(caller: Caller, secret: string): Caller {
  return { ...caller, commandId: uuidv5(secret, caller.commandId) };
}

async function templatesOf(
  book: TargetBook,
  tenantId: TenantId,
  { target }: { readonly target: PostbackTarget },
): Promise<TargetTemplates> {
  const [templates = { url: '', fields: null }] = await book.templates(tenantId, [target]);
  return templates;
}
