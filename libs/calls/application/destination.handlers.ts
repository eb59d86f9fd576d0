import { CommandRunner, type Position, type RunResult } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type Destination, type KnownDestinationState } from '../domain/destination.js';
import { type DestinationCommand, destinationDecider } from '../domain/destination.decider.js';
import { destinationNotFound } from '../domain/destination.errors.js';
import { type DestinationEvent } from '../domain/destination.events.js';
import { readDestinationSettings } from '../domain/destination-settings.js';
import { ANYWHERE, type MayReach } from '../domain/reach.js';
import { CallsClock } from './calls-clock.js';
import { contextOf, type DestinationCaller } from './destination-caller.js';
import { readDestinationNumber } from './destination-number.js';
import { DestinationReader } from './destination-reader.js';
import { destinationStream } from './destination-streams.js';
import { refuseUnknownStandIn } from './stand-in.js';

/**
 * A destination as a command left it, and where its event is in the log; `null`: none was needed.
 */
export interface DestinationResult {
  readonly destination: KnownDestinationState;
  readonly position: Position | null;
}

/** Names a party that consumers may be connected to. Repeating it changes nothing. */
export class AddDestinationCommand extends Command<DestinationResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: DestinationCaller,
    /** UUID of the destination to be. */
    readonly destinationId: string,
    /** As `readDestinationSettings` takes it. */
    readonly settings: unknown,
    readonly reason: string | null,
    /** Where it may be. */
    readonly mayReach: MayReach = ANYWHERE,
  ) {
    super();
  }
}

/** Configures a destination otherwise; what `change` leaves out stays as it is. */
export class ChangeDestinationCommand extends Command<DestinationResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: DestinationCaller,
    readonly destinationId: string,
    /** As `readDestinationSettings` takes it. */
    readonly change: unknown,
    readonly reason: string | null,
    /** Where it may be. */
    readonly mayReach: MayReach = ANYWHERE,
  ) {
    super();
  }
}

/** Pauses, resumes or retires a destination. Repeating it changes nothing. */
export class TurnDestinationCommand extends Command<DestinationResult> {
  constructor(
    readonly tenantId: TenantId,
    readonly caller: DestinationCaller,
    readonly destinationId: string,
    readonly turn: 'PauseDestination' | 'ResumeDestination' | 'RetireDestination',
    readonly reason: string | null,
  ) {
    super();
  }
}

/** Reads the configuration and adds the destination. */
@CommandHandler(AddDestinationCommand)
export class AddDestinationHandler implements ICommandHandler<AddDestinationCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly reader: DestinationReader,
    private readonly clock: CallsClock,
  ) {}

  async execute(command: AddDestinationCommand): Promise<DestinationResult> {
    const { tenantId, caller, destinationId, reason, mayReach } = command;
    const read = [readDestinationNumber, mayReach] as const;
    const settings = readDestinationSettings(command.settings, undefined, ...read);
    await refuseUnknownStandIn(this.reader, command, settings, null);
    const at = this.clock.now().toISOString();
    const result = await this.runner.run({
      stream: destinationStream(destinationId),
      decider: destinationDecider,
      command: { type: 'AddDestination', destinationId, settings, reason, at },
      context: contextOf(caller, tenantId, destinationId, at),
      expectNew: true,
    });
    return resultOf(result);
  }
}

/** Reads the change against what stands there; the decision refuses it if that is no longer so. */
@CommandHandler(ChangeDestinationCommand)
export class ChangeDestinationHandler implements ICommandHandler<ChangeDestinationCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly reader: DestinationReader,
    private readonly clock: CallsClock,
  ) {}

  async execute(command: ChangeDestinationCommand): Promise<DestinationResult> {
    const { tenantId, caller, reason, change, mayReach } = command;
    const { destinationId, settings } = await this.reader.find(tenantId, command.destinationId);
    const read = [readDestinationNumber, mayReach] as const;
    const after = readDestinationSettings(change, settings, ...read);
    await refuseUnknownStandIn(this.reader, { tenantId, destinationId }, after, settings);
    const at = this.clock.now().toISOString();
    const order = { destinationId, before: settings, after, reason, at };
    const result = await this.runner.run({
      stream: destinationStream(destinationId),
      decider: destinationDecider,
      command: { type: 'ChangeDestination', ...order },
      context: contextOf(caller, tenantId, destinationId, at),
    });
    return resultOf(result);
  }
}

/** Sees to it that the destination is the tenant's before anything is decided. */
@CommandHandler(TurnDestinationCommand)
export class TurnDestinationHandler implements ICommandHandler<TurnDestinationCommand> {
  constructor(
    private readonly runner: CommandRunner,
    private readonly reader: DestinationReader,
    private readonly clock: CallsClock,
  ) {}

  async execute(command: TurnDestinationCommand): Promise<DestinationResult> {
    const { tenantId, caller, turn, reason } = command;
    const { destinationId } = await this.reader.find(tenantId, command.destinationId);
    const at = this.clock.now().toISOString();
    const wish: DestinationCommand = { type: turn, destinationId, reason, at };
    const result = await this.runner.run({
      stream: destinationStream(destinationId),
      decider: destinationDecider,
      command: wish,
      context: contextOf(caller, tenantId, destinationId, at),
    });
    return resultOf(result);
  }
}

function resultOf({
  state,
  position,
}: RunResult<Destination, DestinationEvent>): DestinationResult {
  if (state.status === 'absent') throw destinationNotFound();
  return { destination: state, position };
}
