import { type TenantId } from '#libs/kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { matchByHand } from '../domain/matching.js';
import { isCounted, isOpen } from '../domain/postback.js';
import { senderOf } from '../domain/report-sender.js';
import { transferNotFound } from '../domain/revenue.errors.js';
import { type Caller } from './caller.js';
import { PostbackLedger, type StandingPostback } from './postback-ledger.js';
import { PostbackMatcher } from './postback-matcher.js';
import { PostbackReader } from './postback-reader.js';
import { RevenueClock } from './revenue-clock.js';
import { TransferFinder } from './transfer-finder.js';

/** A person wants the rules to look at a report again, now (PB-8). */
export class MatchPostbackCommand extends Command<StandingPostback> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly postbackId: string,
  ) {
    super();
  }
}

/**
 * What it was unlinked from, or ignored for, stays as people said. Repeating it changes nothing.
 */
@CommandHandler(MatchPostbackCommand)
export class MatchPostbackHandler implements ICommandHandler<MatchPostbackCommand> {
  constructor(private readonly matcher: PostbackMatcher) {}

  execute({ tenantId, postbackId, caller }: MatchPostbackCommand): Promise<StandingPostback> {
    return this.matcher.readAndMatch(tenantId, postbackId, caller);
  }
}

/** A person says which transfer a report is about (PB-7). */
export class LinkPostbackCommand extends Command<StandingPostback> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly postbackId: string,
    readonly transferId: string,
    readonly reason: string,
  ) {
    super();
  }
}

/** A person says that a report is not about its transfer; the rules do not match it again. */
export class UnlinkPostbackCommand extends Command<StandingPostback> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly postbackId: string,
    readonly reason: string,
    /** The one that was looked at; `null`: whichever it is. */
    readonly transferId: string | null = null,
  ) {
    super();
  }
}

/** A person says that a report is about the transfer that was found for it among equals (PB-7). */
export class ConfirmMatchCommand extends Command<StandingPostback> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly postbackId: string,
    /** The one that was looked at. */
    readonly transferId: string,
    readonly reason: string,
  ) {
    super();
  }
}

/** A person says that a report is about no transfer; the rules do not match it any more. */
export class IgnorePostbackCommand extends Command<StandingPostback> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    readonly postbackId: string,
    readonly reason: string,
  ) {
    super();
  }
}

/**
 * It is read anew first, since other settings may hold by now. Where it counts for the transfer
 * already, the match is confirmed. Repeating it changes nothing; of another transfer than it counts
 * for it is refused.
 */
@CommandHandler(LinkPostbackCommand)
export class LinkPostbackHandler implements ICommandHandler<LinkPostbackCommand> {
  constructor(
    private readonly reader: PostbackReader,
    private readonly finder: TransferFinder,
    private readonly matcher: PostbackMatcher,
    private readonly ledger: PostbackLedger,
    private readonly clock: RevenueClock,
  ) {}

  async execute(command: LinkPostbackCommand): Promise<StandingPostback> {
    const { tenantId, caller, postbackId, reason } = command;
    const record = await this.reader.record(tenantId, postbackId);
    const transfer = await this.finder.transfer(tenantId, command.transferId.toLowerCase());
    if (transfer === null) throw transferNotFound();
    const told = await this.ledger.carryOut(tenantId, record.postback, caller);
    const { postback } = isCounted(told.postback)
      ? told
      : await this.matcher.readAnew(tenantId, { ...record, postback: told.postback }, caller);
    const { reading, receivedAt, destinationId: tokenDestinationId, timesReadAnew } = postback;
    const call = { reading, sender: senderOf(postback), receivedAt, tokenDestinationId };
    const match = matchByHand(call, transfer);
    const { leadId, transferId } = transfer;
    const at = this.clock.now().toISOString();
    const said = { leadId, transferId, match, timesReadAnew, reason };
    const assign = { type: 'AssignPostback', ...said, at } as const;
    const linked = await this.ledger.decide(tenantId, postback.postbackId, assign, caller);
    const carried = await this.ledger.carryOut(tenantId, linked.postback, caller);
    // Refused is only what the rules had found for it meanwhile.
    return isOpen(carried.postback) ? this.execute(command) : carried;
  }
}

/**
 * What its ledger has not heard of yet is told first, so that it can be taken back. Refused where it
 * counts for another transfer than was looked at.
 */
@CommandHandler(UnlinkPostbackCommand)
export class UnlinkPostbackHandler implements ICommandHandler<UnlinkPostbackCommand> {
  constructor(
    private readonly reader: PostbackReader,
    private readonly ledger: PostbackLedger,
    private readonly clock: RevenueClock,
  ) {}

  async execute(command: UnlinkPostbackCommand): Promise<StandingPostback> {
    const { tenantId, caller, reason } = command;
    const { postback } = await this.reader.record(tenantId, command.postbackId);
    await this.ledger.carryOut(tenantId, postback, caller);
    const at = this.clock.now().toISOString();
    const transferId = command.transferId?.toLowerCase() ?? null;
    const unlink = { type: 'UnlinkPostback', transferId, reason, at } as const;
    const unlinked = await this.ledger.decide(tenantId, postback.postbackId, unlink, caller);
    await this.ledger.carryOut(tenantId, unlinked.postback, caller);
    return unlinked;
  }
}

/**
 * No money changes: the match stands as it is. Refused where it counts for another transfer by now.
 */
@CommandHandler(ConfirmMatchCommand)
export class ConfirmMatchHandler implements ICommandHandler<ConfirmMatchCommand> {
  constructor(
    private readonly reader: PostbackReader,
    private readonly ledger: PostbackLedger,
    private readonly clock: RevenueClock,
  ) {}

  async execute(command: ConfirmMatchCommand): Promise<StandingPostback> {
    const { tenantId, caller, reason } = command;
    const { postback } = await this.reader.record(tenantId, command.postbackId);
    const transferId = command.transferId.toLowerCase();
    const at = this.clock.now().toISOString();
    const confirm = { type: 'ConfirmMatch', transferId, reason, at } as const;
    return this.ledger.decide(tenantId, postback.postbackId, confirm, caller);
  }
}

/** A report that counts for a transfer has to be unlinked first. */
@CommandHandler(IgnorePostbackCommand)
export class IgnorePostbackHandler implements ICommandHandler<IgnorePostbackCommand> {
  constructor(
    private readonly reader: PostbackReader,
    private readonly ledger: PostbackLedger,
    private readonly clock: RevenueClock,
  ) {}

  async execute(command: IgnorePostbackCommand): Promise<StandingPostback> {
    const { tenantId, caller, reason } = command;
    const { postback } = await this.reader.record(tenantId, command.postbackId);
    const at = this.clock.now().toISOString();
    const ignore = { type: 'IgnorePostback', reason, at } as const;
    return this.ledger.decide(tenantId, postback.postbackId, ignore, caller);
  }
}
