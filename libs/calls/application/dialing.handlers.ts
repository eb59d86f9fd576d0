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
import { type CallerIdMode } from '../domain/caller-id.events.js';
import { type DialingCommand, dialingDecider } from '../domain/dialing.decider.js';
import { type DialingEvent, type DialingSettings } from '../domain/dialing.events.js';
import { type Dialing } from '../domain/dialing.js';
import { readDialingSettings } from '../domain/dialing-settings.js';
import { CallerIds } from './caller-ids.js';
import { CallsClock } from './calls-clock.js';
import { type DialingCaller } from './dialing-caller.js';
import { dialingStream } from './dialing-streams.js';

type Undated<Wish> = Wish extends unknown ? Omit<Wish, 'at'> : never;

/** What can be decided about dialing; the handler adds the time. */
export type DialingChange = Undated<DialingCommand>;

/**
 * How things stand after a command, and where its event is in the log; `null` if nothing changed.
 */
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
    /**
     * Whether the tenant’s calls ring real phones: sandboxes share no numbers with those that do.
     */
    readonly mode: CallerIdMode = 'live',
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
    private readonly callerIds: CallerIds,
  ) {}

  async execute(command: ChangeDialingCommand): Promise<DialingResult> {
    const { tenantId, caller, change } = command;
    const at = this.clock.now().toISOString();
    if (change.type === 'ConfigureDialing') await this.#takeNumbers(command, change.wish, at);
    const { commandId, actor, causationId } = caller;
    const stream = dialingStream(tenantId);
    const { state, position } = await this.runner.run({
      ...{ stream, decider: dialingDecider, command: { ...change, at } },
      context: { commandId, tenantId, actor, occurredAt: at, correlationId: stream, causationId },
    });
    return { dialing: state, position };
  }

  /** Before the settings that name them; nothing is taken for settings that are refused anyway. */
  async #takeNumbers(
    { tenantId, mode, caller }: ChangeDialingCommand,
    wish: unknown,
    at: string,
  ): Promise<void> {
    const { state } = await this.runner.standing(dialingStream(tenantId), dialingDecider);
    const { callingNumbers: numbers } = readDialingSettings(wish, state.settings ?? undefined);
    await this.callerIds.take({ tenantId, mode, numbers, at }, caller);
  }
}

/** Folds a tenant's dialing from its stream, so that it is always current. */
@QueryHandler(GetDialingQuery)
export class GetDialingHandler implements IQueryHandler<GetDialingQuery> {
  constructor(private readonly runner: CommandRunner) {}

  async execute({ tenantId }: GetDialingQuery): Promise<Dialing> {
    return (await this.runner.standing(dialingStream(tenantId), dialingDecider)).state;
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
