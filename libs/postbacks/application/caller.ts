import { type CommandContext } from '#libs/event-store';
import { type Actor, type TenantId } from '#libs/kernel';

/** Who sends a command, and how it is recognised when it comes again. */
export interface Caller {
  readonly actor: Actor;
  /** UUID. */
  readonly commandId: string;
  /** The request or event that led to it. */
  readonly causationId: string;
}

/** What the command runner writes beside the events; `correlationId` is what they are about. */
export function contextOf(
  { actor, commandId, causationId }: Caller,
  tenantId: TenantId,
  correlationId: string,
  occurredAt: string,
): CommandContext {
  return { commandId, tenantId, actor, occurredAt, correlationId, causationId };
}
