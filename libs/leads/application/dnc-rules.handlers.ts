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
import { dncRulesDecider } from '../domain/dnc-rules.decider.js';
import { type DncMatrix, type DncRules, type DncRulesEvent } from '../domain/dnc-rules.events.js';
import { type Caller } from './intake-policy.js';
import { dncRulesStream } from './lead-streams.js';
import { OccurrenceClock } from './occurrence.js';

/** The rules as they stand, and where the change is in the log; `null` if nothing changed. */
export interface DncRulesResult {
  readonly rules: DncRules;
  readonly position: Position | null;
}

/** Decides what do-not-call lists mean for a tenant (CO-5). Repeating it changes nothing. */
export class ConfigureDncRulesCommand extends Command<DncRulesResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: Caller,
    /** As it was sent: a rule for each list to change. */
    readonly wish: unknown,
    readonly reason: string | null,
  ) {
    super();
  }
}

/** What lists mean for a tenant now, straight from the log. */
export class GetDncRulesQuery extends Query<DncRules> {
  constructor(readonly tenantId: TenantId) {
    super();
  }
}

/** A version of a tenant's rules, and who made it, when and why. */
export interface DncRulesVersion {
  readonly version: number;
  readonly matrix: DncMatrix;
  readonly reason: string | null;
  readonly actor: Actor;
  /** ISO-8601 UTC. */
  readonly configuredAt: string;
}

/** Every version of a tenant's rules, newest first. */
export class GetDncRulesVersionsQuery extends Query<DncRulesVersion[]> {
  constructor(readonly tenantId: TenantId) {
    super();
  }
}

/** Dates the command and lets the tenant's rules decide. */
@CommandHandler(ConfigureDncRulesCommand)
export class ConfigureDncRulesHandler implements ICommandHandler<ConfigureDncRulesCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly clock: OccurrenceClock,
  ) {}

  async execute(command: ConfigureDncRulesCommand): Promise<DncRulesResult> {
    const { tenantId, caller, wish, reason } = command;
    const { commandId, actor, causationId } = caller;
    const at = this.clock.now().toISOString();
    const stream = dncRulesStream(tenantId);
    const { state, position } = await this.runner.run({
      ...{ stream, decider: dncRulesDecider },
      command: { type: 'ConfigureDncRules', wish, reason, at },
      context: { commandId, tenantId, actor, occurredAt: at, correlationId: stream, causationId },
    });
    return { rules: state, position };
  }
}

/** Folds the rules from their stream, so that they are always current. */
@QueryHandler(GetDncRulesQuery)
export class GetDncRulesHandler implements IQueryHandler<GetDncRulesQuery> {
  constructor(private readonly runner: CommandRunner) {}

  async execute({ tenantId }: GetDncRulesQuery): Promise<DncRules> {
    return (await this.runner.standing(dncRulesStream(tenantId), dncRulesDecider)).state;
  }
}

/** Reads the versions from the stream itself, so that none is missing. */
@QueryHandler(GetDncRulesVersionsQuery)
export class GetDncRulesVersionsHandler implements IQueryHandler<GetDncRulesVersionsQuery> {
  constructor(private readonly runner: CommandRunner) {}

  async execute({ tenantId }: GetDncRulesVersionsQuery): Promise<DncRulesVersion[]> {
    const history = await this.runner.history<DncRulesEvent>(dncRulesStream(tenantId));
    return history
      .map(({ data, metadata }, index) => {
        const { after: matrix, reason, configuredAt } = data;
        return { version: index + 1, matrix, reason, actor: metadata.actor, configuredAt };
      })
      .reverse();
  }
}
