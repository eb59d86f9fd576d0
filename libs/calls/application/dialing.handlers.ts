import { CommandRunner, type Position } from '#libs/event-store';
import { type Actor, fold, type TenantId } from '#libs/kernel';
import {
  Command,
  CommandHandler,
  type ICommandHandler,
  type IQueryHandler,
  Query,
  QueryHandler,
} from '@nestjs/cqrs';
import { type DialingCommand, dialingDecider } from '../domain/dialing.decider.js';
import { type DialingEvent, type DialingSettings } from '../domain/dialing.events.js';
import { type Dialing } from '../domain/dialing.js';
import { CallsClock } from './calls-clock.js';
import { dialingStream } from './dialing-streams.js';

/** Who decides about dialing, and how the command is recognised when it comes again. */
export interface DialingCaller {
  readonly actor: Actor;
  /** UUID. */
  readonly commandId: string;
  /** The request or console command that led to it. */
  readonly causationId: string;
}

type Undated<Wish> = Wish extends unknown ? Omit<Wish, 'at'> : never;

/** What can be decided about dialing; the handler adds the time. */
export type DialingChange = Undated<DialingCommand>;

/** How things stand after a command, and where its event is in the log; `null` if nothing changed. */
export interface DialingResult {
  readonly dialing: Dialing;
  readonly position: Position | null;
}

/** Configures, stops, resumes or pauses (DI-7, OP-6, AU-2). Repeating it changes nothing. */
export class ChangeDialingCommand extends Command<DialingResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: DialingCaller,
    readonly change: DialingChange,
  ) {
    super();
  }
}

/** How a tenant dials now, straight from the log. */
export class GetDialingQuery extends Query<Dialing> {
  constructor(readonly tenantId: TenantId) {
    super();
  }
}

/** A version of a tenant's settings, and who made it, when and why. */
export interface DialingVersion {
  readonly version: number;
  readonly settings: DialingSettings;
  readonly reason: string | null;
  readonly actor: Actor;
  /** ISO-8601 UTC. */
  readonly configuredAt: string;
}

/** Every version of a tenant's settings, newest first. */
export class GetDialingVersionsQuery extends Query<DialingVersion[]> {
  constructor(readonly tenantId: TenantId) {
    super();
  }
}

/** Dates the command and lets the tenant's dialing decide. */
@CommandHandler(ChangeDialingCommand)
export class ChangeDialingHandler implements ICommandHandler<ChangeDialingCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly clock: CallsClock,
  ) {}

  async execute({ tenantId, caller, change }: ChangeDialingCommand): Promise<DialingResult> {
    const at = this.clock.now().toISOString();
    const { commandId, actor, causationId } = caller;
    const stream = dialingStream(tenantId);
    const { state, position } = await this.runner.run({
      ...{ stream, decider: dialingDecider, command: { ...change, at } },
      context: { commandId, tenantId, actor, occurredAt: at, correlationId: stream, causationId },
    });
    return { dialing: state, position };
  }
}

/** Folds a tenant's dialing from its stream, so that it is always current. */
@QueryHandler(GetDialingQuery)
export class GetDialingHandler implements IQueryHandler<GetDialingQuery> {
  constructor(private readonly runner: CommandRunner) {}

  async execute({ tenantId }: GetDialingQuery): Promise<Dialing> {
    return fold(dialingDecider, await this.runner.history<DialingEvent>(dialingStream(tenantId)));
  }
}

/** Reads the versions from the stream itself, so that none is missing. */
@QueryHandler(GetDialingVersionsQuery)
export class GetDialingVersionsHandler implements IQueryHandler<GetDialingVersionsQuery> {
  constructor(private readonly runner: CommandRunner) {}

  async execute({ tenantId }: GetDialingVersionsQuery): Promise<DialingVersion[]> {
    const history = await this.runner.history<DialingEvent>(dialingStream(tenantId));
    const made = history.flatMap((event) =>
      event.type === 'DialingConfigured' ? [{ data: event.data, actor: event.metadata.actor }] : [],
    );
    return made
      .map(({ data, actor }, index) => {
        const { after: settings, reason, configuredAt } = data;
        return { version: index + 1, settings, reason, actor, configuredAt };
      })
      .reverse();
  }
}
