import { CommandRunner, type Position } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { DataKeys, seal } from '#libs/privacy';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type KnownPostback } from '../domain/postback.js';
import { postbackDecider } from '../domain/postback.decider.js';
import { postbackNotFound } from '../domain/revenue.errors.js';
import { type Hit } from '../domain/reading/hit.js';
import { AliasDirectory } from './alias-directory.js';
import { type Caller, contextOf } from './caller.js';
import { HitReader } from './hit-reader.js';
import { postbackStream } from './postback-streams.js';
import { rawReport, type ReportOrigin, sizeOf } from './raw-report.js';
import { RevenueClock } from './revenue-clock.js';
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

/** Takes in one report, as `splitHits` gives them (PB-1, PB-2). The same id again changes nothing. */
export class ReceivePostbackCommand extends Command<ReceivedPostback> {
  constructor(
    readonly token: LiveToken,
    /** UUID. */
    readonly postbackId: string,
    /** Without the token. */
    readonly hit: Hit,
    readonly origin: ReportOrigin,
    readonly caller: Omit<Caller, 'commandId'>,
  ) {
    super();
  }
}

/** Resolves once the report is durable, whatever it says; what it is about is found out later. */
@CommandHandler(ReceivePostbackCommand)
export class ReceivePostbackHandler implements ICommandHandler<ReceivePostbackCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly keys: DataKeys,
    private readonly reader: HitReader,
    private readonly aliases: AliasDirectory,
    private readonly clock: RevenueClock,
  ) {}

  async execute(command: ReceivePostbackCommand): Promise<ReceivedPostback> {
    const { token, postbackId, hit, origin } = command;
    const { tenantId, tokenId, settings } = token;
    const receivedAt = this.clock.now().toISOString();
    const [{ reading, caller }, key] = await Promise.all([
      this.reader.read(tenantId, hit, { additions: this.aliases.of(tenantId), token: settings }),
      this.keys.take(tenantId),
    ]);
    const postback = {
      ...{ postbackId, tokenId, destinationId: settings.destinationId, method: hit.method },
      ...{ contentType: mediaTypeOf(hit), bytes: sizeOf(hit), reading, keyId: key.id, receivedAt },
      personal: seal(key, { tenantId }, rawReport(hit, origin, caller)),
    };
    const { state, position } = await this.runner.run({
      stream: postbackStream(postbackId),
      decider: postbackDecider,
      command: { type: 'ReceivePostback', postback },
      expectNew: true,
      context: contextOf(
        { ...command.caller, commandId: postbackId },
        ...([tenantId, postbackId, receivedAt] as const),
      ),
    });
    if (state.status === 'absent') throw postbackNotFound();
    return { tenantId, postback: state, caller, position };
  }
}

function mediaTypeOf({ contentType }: Hit): string | null {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase().slice(0, 200) ?? '';
  return type === '' ? null : type;
}
