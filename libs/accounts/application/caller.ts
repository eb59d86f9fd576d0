import type { CommandContext } from '#libs/event-store';
import type { Actor, TenantId } from '#libs/kernel';

/** Who sends a command, and how it is recognised when it comes again. */
export interface Caller {
  readonly actor: Actor;
  /** UUID. */
  readonly commandId: string;
  /** The request, start or console command that led to it. */
  readonly causationId: string;
}

/** What the command runner writes beside the events. */
export function contextOf(caller: Caller, tenantId: TenantId, occurredAt: string): CommandContext {
  const { actor, commandId, causationId } = caller;
  return { actor, commandId, causationId, correlationId: causationId, tenantId, occurredAt };
}
