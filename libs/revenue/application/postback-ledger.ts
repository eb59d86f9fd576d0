import { type CommandContext, type CommandRunner, type Position } from '#libs/event-store';
import { type Clock, type TenantId } from '#libs/kernel';
import { v5 as uuidv5 } from 'uuid';
import {
  type Assignment,
  type KnownPostback,
  reportOf,
  type Unlinked,
} from '../domain/postback.js';
import { type PostbackCommand } from '../domain/postback.commands.js';
import { postbackDecider } from '../domain/postback.decider.js';
import {
  othersOfCall,
  revenueDecider,
  type RevenueCommand,
  warningsOf,
} from '../domain/revenue.decider.js';
import { postbackNotFound, transferNotFound } from '../domain/revenue.errors.js';
import { transferOf } from '../domain/transfer-ledger.js';
import { type Caller, contextOf } from './caller.js';
import { leadStream, postbackStream } from './postback-streams.js';

/**
 * A report as it stands, and where its last event of now is in the log; `null` if there was none.
 */
export interface StandingPostback {
  readonly postback: KnownPostback;
  readonly position: Position | null;
}

/** Namespace of the ids of commands that are to be carried out once; drawn once, permanent. */
const ONCE = '6b0a3f7e-1d42-4c58-9e0b-7a52c8f3d914';

/**
 * Keeps the ledgers of transfers in line with what was decided of a report.
 *
 * It is decided on the report’s own stream which transfer it counts for, and only then told there.
 * Whoever finds it decided and not told yet tells it: the commands have ids that follow from the
 * report and the number of its assignment, so that each is carried out once, whoever crashes where.
 * The ledger has the last word: it refuses what it has no place for any more, and that assignment
 * is over then, whoever tells of it how late.
 */
export class PostbackLedger {
  constructor(
    private readonly runner: CommandRunner,
    private readonly clock: Clock,
  ) {}

  /**
   * What is decided next of a report that has just come rests on that, if nothing happened to it
   * since.
   */
  rememberReceived(tenantId: TenantId, postback: KnownPostback): void {
    const { postbackId } = postback;
    // It was taken in by a command of its own id.
    const commandIds = [postbackId];
    const standing = { state: postback, revision: 0n, position: null, tenantId, commandIds };
    this.runner.remember(postbackStream(postbackId), postbackDecider, standing);
  }

  /** Decides on the stream of a report, as the one command of its caller of this type. */
  decide(
    tenantId: TenantId,
    postbackId: string,
    command: PostbackCommand,
    caller: Caller,
  ): Promise<StandingPostback> {
    const commandId = uuidv5(`${command.type} ${postbackId}`, caller.commandId);
    return this.#decide(tenantId, postbackId, command, { ...caller, commandId });
  }

  /**
   * Tells the ledgers whatever they have not heard of yet. Repeating it changes nothing. A report
   * that was refused is unmatched then, and to be matched again.
   */
  async carryOut(
    tenantId: TenantId,
    postback: KnownPostback,
    caller: Caller,
  ): Promise<StandingPostback> {
    const { status, assignment, unlinked } = postback;
    if (status === 'settled') return { postback, position: null };
    if (unlinked !== null) await this.#detach(tenantId, postback, unlinked, caller);
    if (status !== 'assigned' || assignment === null) return { postback, position: null };
    return this.#settle(tenantId, postback, assignment, caller);
  }

  /**
   * Other reports of the call of one where it counts, in the order in which they came. Not all where
   * there are many.
   */
  async othersOfCall({ postbackId, assignment }: KnownPostback): Promise<readonly string[]> {
    if (assignment === null) return [];
    const { leadId } = assignment;
    const { state } = await this.runner.standing(leadStream(leadId), revenueDecider);
    return othersOfCall(postbackId, state).map((report) => report.postbackId);
  }

  async #settle(
    tenantId: TenantId,
    postback: KnownPostback,
    { number, leadId, transferId, match, reason, isReadAnew, isConfirmed }: Assignment,
    caller: Caller,
  ): Promise<StandingPostback> {
    const { postbackId } = postback;
    const at = this.#now();
    const report = reportOf(postback);
    const applying = once(caller, `apply ${number} ${postbackId}`);
    const { events, state } = await this.#tell(tenantId, leadId, applying, {
      ...{ type: isReadAnew ? 'RereadReport' : 'ApplyReport', transferId },
      ...{ report, match, isConfirmed, at, ...(reason === null ? {} : { reason }) },
    });
    if (events.some(({ type }) => type === 'PostbackRefused')) {
      const release = { type: 'ReleasePostback', number, at } as const;
      const releasing = once(caller, `release ${number} ${postbackId}`);
      return this.#decide(tenantId, postbackId, release, releasing);
    }
    const matched = events.find((event) => event.type === 'PostbackMatched');
    const outcome = matched?.data.outcome ?? 'duplicate';
    const settling = once(caller, `settle ${number} ${postbackId}`);
    const transfer = transferOf(state, transferId);
    if (transfer === null) throw transferNotFound();
    const { destinationId, mode } = transfer;
    const where = { transferId, destinationId, mode };
    const warnings = warningsOf(report, transfer.reports);
    const settled = { type: 'SettlePostback', ...where, outcome, warnings, at } as const;
    return this.#decide(tenantId, postbackId, settled, settling);
  }

  async #detach(
    tenantId: TenantId,
    { postbackId }: KnownPostback,
    { number, leadId, reason }: Unlinked,
    caller: Caller,
  ): Promise<void> {
    const command = { type: 'DetachReport', postbackId, at: this.#now(), reason } as const;
    const detaching = once(caller, `detach ${number} ${postbackId}`);
    await this.#tell(tenantId, leadId, detaching, command);
  }

  async #decide(
    tenantId: TenantId,
    postbackId: string,
    command: PostbackCommand,
    caller: Caller,
  ): Promise<StandingPostback> {
    const { state, position } = await this.runner.run({
      ...{ stream: postbackStream(postbackId), decider: postbackDecider, command },
      context: this.#context(caller, tenantId, postbackId),
    });
    if (state.status === 'absent') throw postbackNotFound();
    return { postback: state, position };
  }

  #tell(tenantId: TenantId, leadId: string, caller: Caller, command: RevenueCommand) {
    return this.runner.run({
      ...{ stream: leadStream(leadId), decider: revenueDecider, command },
      context: this.#context(caller, tenantId, leadId),
    });
  }

  #context(caller: Caller, tenantId: TenantId, about: string): CommandContext {
    return contextOf(caller, tenantId, about, this.#now());
  }

  #now(): string {
    return this.clock.now().toISOString();
  }
}

function once(caller: Caller, what: string): Caller {
  return { ...caller, commandId: uuidv5(what, ONCE) };
}
