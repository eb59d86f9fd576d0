import { type Actor, type Decider, type DomainEvent, type TenantId } from '#libs/kernel';

/** Who runs a command, when, and what it came of. The same for every event it decides. */
export interface CommandContext {
  /**
   * UUID. A command that is run again carries the same one, and is then recognised; another command
   * must not.
   */
  readonly commandId: string;
  readonly tenantId: TenantId;
  readonly actor: Actor;
  /** ISO-8601 UTC. */
  readonly occurredAt: string;
  readonly correlationId: string;
  /** The event or request that led to the command. */
  readonly causationId: string;
  /** Sealed {ip, userAgent} of the caller. */
  readonly origin?: string;
}

/** One command, the stream that decides it, and who sent it. */
export interface RunOptions<State, Command, Event extends DomainEvent> {
  readonly stream: string;
  readonly decider: Decider<State, Command, Event>;
  readonly command: Command;
  readonly context: CommandContext;
  /**
   * The stream most likely does not exist: decide on the initial state and append with NO_STREAM,
   * without reading first, unless this process has seen the stream. A wrong guess costs one refused
   * append.
   */
  readonly expectNew?: boolean;
}
