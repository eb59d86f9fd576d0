import { CommandRunner, type Position } from '#libs/event-store';
import { type Actor, type TenantId } from '#libs/kernel';
import {
  Command,
  CommandHandler,
  type ICommandHandler,
  type IQueryHandler,
  Query,
  QueryHandler,
} from '@nestjs/cqrs';
import { type AliasAdditions, aliasMapDecider } from '../domain/alias-map.decider.js';
import { type AliasEvent } from '../domain/postback-settings.events.js';
import { readAliases } from '../domain/reading/read-aliases.js';
import { AliasDirectory } from './alias-directory.js';
import { type Caller, contextOf } from './caller.js';
import { RevenueClock } from './revenue-clock.js';
import { aliasMapStream } from './settings-streams.js';

/** Additions as they stand, and where their event is in the log; `null` when nothing changed. */
export interface AliasResult extends AliasAdditions {
  readonly position: Position | null;
}

/**
 * Puts other additions to the alias map in the place of a tenant’s (PB-3). Repeating it changes
 * nothing.
 */
export class ChangeAliasesCommand extends Command<AliasResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    /** `[{ field, name }]`, not checked yet. */
    readonly aliases: unknown,
    readonly reason: string | null,
  ) {
    super();
  }
}

/** Refuses what is not a list of additions with `validation_failed`. */
@CommandHandler(ChangeAliasesCommand)
export class ChangeAliasesHandler implements ICommandHandler<ChangeAliasesCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly directory: AliasDirectory,
    private readonly clock: RevenueClock,
  ) {}

  async execute(command: ChangeAliasesCommand): Promise<AliasResult> {
    const { tenantId, caller, reason } = command;
    const aliases = readAliases(command.aliases);
    const changedAt = this.clock.now().toISOString();
    const result = await this.runner.run({
      stream: aliasMapStream(tenantId),
      decider: aliasMapDecider,
      command: { type: 'ChangeAliases', aliases, reason, changedAt },
      context: contextOf(caller, tenantId, aliasMapStream(tenantId), changedAt),
    });
    this.directory.note(tenantId, result);
    return { ...result.state, position: result.position };
  }
}

/** A version of a tenant's additions. */
export interface AliasVersion extends AliasAdditions {
  readonly actor: Actor;
  readonly reason: string | null;
  readonly changedAt: string;
}

/** Every version of a tenant's additions to the alias map, newest first (PB-3). */
export class GetAliasVersionsQuery extends Query<readonly AliasVersion[]> {
  constructor(readonly tenantId: TenantId) {
    super();
  }
}

@QueryHandler(GetAliasVersionsQuery)
export class GetAliasVersionsHandler implements IQueryHandler<GetAliasVersionsQuery> {
  constructor(private readonly runner: CommandRunner) {}

  async execute({ tenantId }: GetAliasVersionsQuery): Promise<readonly AliasVersion[]> {
    const events = await this.runner.history<AliasEvent>(aliasMapStream(tenantId));
    return events
      .map(({ data: { version, after: aliases, reason, changedAt }, metadata: { actor } }) => ({
        ...{ version, aliases, actor, reason, changedAt },
      }))
      .reverse();
  }
}
