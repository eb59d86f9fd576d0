import { type CommandContext } from '#libs/event-store';
import { type Actor, type TenantId } from '#libs/kernel';

/** Who sends a command for a destination, and how it is recognised when it comes again. */
export interface DestinationCaller {
  readonly actor: Actor;
  /** UUID. */
  readonly commandId: string;
  /** The request or console command that led to it. */
  readonly causationId: string;
}

/** What the command runner writes beside the events; all of a destination belongs together. */
export function contextOf(
  { actor, commandId, causationId }: DestinationCaller,
  tenantId: TenantId,
  destinationId: string,
  occurredAt: string,
): CommandContext {
  return { actor, commandId, causationId, correlationId: destinationId, tenantId, occurredAt };
}
