import { type CommandContext, CommandRunner, type Position } from '#libs/event-store';
import { fold, type TenantId } from '#libs/kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { dialingDecider } from '../domain/dialing.decider.js';
import { type DialingEvent } from '../domain/dialing.events.js';
import { scriptDecider } from '../domain/script.decider.js';
import { scriptNotFound } from '../domain/script.errors.js';
import { type ScriptContent } from '../domain/script.events.js';
import { CallsClock } from './calls-clock.js';
import { dialingStream } from './dialing-streams.js';
import { ScriptLibrary } from './script-library.js';
import { readScriptId, scriptStream } from './script-streams.js';

/** Who sends a command for a script, and how it is recognised when it comes again. */
export type ScriptCaller = Pick<CommandContext, 'actor' | 'commandId' | 'causationId'>;

/** A script after a command, and where its event is in the log; `null` when nothing changed. */
export interface ScriptResult {
  readonly scriptId: string;
  /** The latest version. */
  readonly version: number;
  readonly position: Position | null;
}

/**
 * Publishes a script's first version, or its next one (DI-4). Publishing what is published already
 * changes nothing.
 */
export class PublishScriptCommand extends Command<ScriptResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: ScriptCaller,
    /** UUID, chosen by the caller for a new script. */
    readonly scriptId: string,
    /** As `readScriptContent` vouched for it. */
    readonly content: ScriptContent,
    readonly reason: string | null,
    /** Whether the script has to be there; else it is made if it is not. */
    readonly mustExist: boolean,
  ) {
    super();
  }
}

/** Takes a script out of use, unless the account dials by it. Repeating it changes nothing. */
export class RetireScriptCommand extends Command<undefined> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: ScriptCaller,
    readonly scriptId: string,
    readonly reason: string | null,
  ) {
    super();
  }
}

/** Makes sure that a script there is is the tenant's, before its stream decides. */
@CommandHandler(PublishScriptCommand)
export class PublishScriptHandler implements ICommandHandler<PublishScriptCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly library: ScriptLibrary,
    private readonly clock: CallsClock,
  ) {}

  async execute(command: PublishScriptCommand): Promise<ScriptResult> {
    const { tenantId, caller, content, reason, mustExist } = command;
    const scriptId = knownId(command.scriptId);
    await this.library.find(tenantId, scriptId);
    const publishedAt = this.clock.now().toISOString();
    const { state, position } = await this.runner.run({
      stream: scriptStream(scriptId),
      decider: scriptDecider,
      command: { type: 'PublishScript', scriptId, content, reason, mustExist, publishedAt },
      context: contextOf(tenantId, caller, scriptId, publishedAt),
    });
    if (state.status === 'absent') throw scriptNotFound();
    return { scriptId, version: state.version, position };
  }
}

/**
 * Ends the use of a script; its versions stay readable.
 *
 * Whether it is in use is read from the stream of the account’s dialing, which is never behind. The
 * two streams cannot be decided at once: settings that name the script in the same instant win, and
 * then nobody is dialed until they name another.
 */
@CommandHandler(RetireScriptCommand)
export class RetireScriptHandler implements ICommandHandler<RetireScriptCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly library: ScriptLibrary,
    private readonly clock: CallsClock,
  ) {}

  async execute({ tenantId, caller, ...command }: RetireScriptCommand): Promise<undefined> {
    const { scriptId } = await this.library.history(tenantId, command.scriptId);
    const isInUse = await this.#isInUse(tenantId, scriptId);
    const retiredAt = this.clock.now().toISOString();
    await this.runner.run({
      stream: scriptStream(scriptId),
      decider: scriptDecider,
      command: { type: 'RetireScript', scriptId, isInUse, reason: command.reason, retiredAt },
      context: contextOf(tenantId, caller, scriptId, retiredAt),
    });
  }

  async #isInUse(tenantId: TenantId, scriptId: string): Promise<boolean> {
    const history = await this.runner.history<DialingEvent>(dialingStream(tenantId));
    return fold(dialingDecider, history).settings?.scriptId === scriptId;
  }
}

function knownId(scriptId: string): string {
  const id = readScriptId(scriptId);
  if (id === null) throw scriptNotFound();
  return id;
}

function contextOf(
  tenantId: TenantId,
  { actor, commandId, causationId }: ScriptCaller,
  correlationId: string,
  occurredAt: string,
): CommandContext {
  return { actor, commandId, causationId, correlationId, tenantId, occurredAt };
}
