import { type Position } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { DataKeys } from '#libs/privacy';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type KnownPostback } from '../domain/postback.js';
import { type Hit } from '../domain/reading/hit.js';
import { AliasDirectory } from './alias-directory.js';
import { type Caller } from './caller.js';
import { HitReader } from './hit-reader.js';
import { PostbackIntake } from './postback-intake.js';
import { type ReportOrigin } from './raw-report.js';
import { RevenueRunner } from './revenue-runner.js';
import { type LiveToken } from './token-directory.js';

/** A report that is in the log. */
export interface ReceivedPostback {
  readonly tenantId: TenantId;
  readonly postback: KnownPostback;
  /** Who called, E.164; `null` if nobody was named. Personal: never log or store it. */
  readonly caller: string | null;
  /** `null` if it had been received before. */
  readonly position: Position | null;
}

/** When a report came, and its place among those that came together. */
export interface Receipt {
  /** ISO-8601 UTC; the same for all reports of a request, so that their order there counts. */
  readonly receivedAt: string;
  /** From 0. */
  readonly sequence: number;
}

/**
 * Takes in one report, as `splitHits` gives them (PB-1, PB-2). The same id again changes nothing.
 */
export class ReceivePostbackCommand extends Command<ReceivedPostback> {
  constructor(
    readonly token: LiveToken,
    /** UUID. */
    readonly postbackId: string,
    /** Without the token. */
    readonly hit: Hit,
    readonly origin: ReportOrigin,
    readonly receipt: Receipt,
    readonly caller: Omit<Caller, 'commandId'>,
  ) {
    super();
  }
}

/** Resolves once the report is durable, whatever it says; what it is about is found out later. */
@CommandHandler(ReceivePostbackCommand)
export class ReceivePostbackHandler implements ICommandHandler<ReceivePostbackCommand> {
  readonly #intake: PostbackIntake;

  constructor(
    runner: RevenueRunner,
    keys: DataKeys,
    private readonly reader: HitReader,
    private readonly aliases: AliasDirectory,
  ) {
    this.#intake = new PostbackIntake({ runner, keys });
  }

  async execute(command: ReceivePostbackCommand): Promise<ReceivedPostback> {
    const { token, postbackId, hit, origin, receipt, caller } = command;
    const { tenantId, tokenId, settings } = token;
    const { destinationId } = settings;
    const reading = { additions: this.aliases.of(tenantId), token: settings };
    const read = await this.reader.read(tenantId, hit, reading);
    const { postback, position } = await this.#intake.store({
      ...{ tenantId, postbackId, tokenId, destinationId, hit, origin, read, ...receipt, caller },
    });
    return { tenantId, postback, caller: read.caller, position };
  }
}
