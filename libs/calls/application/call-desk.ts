import { type CommandContext, type CommandRunner, type RunResult } from '#libs/event-store';
import { type Clock, systemClock, type TenantId } from '#libs/kernel';
import { leadStream } from '#events/leads';
import { v5 as uuidv5 } from 'uuid';
import { type CallCommand } from '../domain/calls.commands.js';
import { callsDecider } from '../domain/calls.decider.js';
import { callNotFound } from '../domain/calls.errors.js';
import { type CallableLead, type LeadCalls, type LeadStreamEvent } from '../domain/lead-calls.js';

/** Everything of a command's context but the time, which the desk gives. */
export type CallContext = Omit<CommandContext, 'occurredAt' | 'tenantId' | 'correlationId'>;

/** A lead as it stands, and whose it is. */
export interface OnDesk {
  readonly tenantId: TenantId;
  readonly lead: CallableLead;
  /** Where the last event is in the log, as far as that was told. */
  readonly position: bigint | null;
}

/** Namespace of the ids below; drawn once, permanent. */
const NAMESPACE = '8c5b7c1e-2d4f-4a0b-9d0e-6f1a3b7e52c4';

/** The id of a lead’s call number `attempt`, the same for whoever derives it. */
export function callIdOf(leadId: string, attempt: number): string {
  return uuidv5(`${leadId}|call|${attempt}`, NAMESPACE);
}

/** The id of a call’s transfer number `attempt`, the same for whoever derives it. */
export function transferIdOf(callId: string, attempt: number): string {
  return uuidv5(`${callId}|transfer|${attempt}`, NAMESPACE);
}

/** The context of one more command that follows from the same cause: its id is its own. */
export function besides(context: CallContext, what: string): CallContext {
  return { ...context, commandId: uuidv5(`${context.commandId}|${what}`, NAMESPACE) };
}

/** Reads leads as the telephone sees them, and runs what is wished of them. */
export class CallDesk {
  constructor(
    private readonly runner: CommandRunner,
    private readonly clock: Clock = systemClock,
  ) {}

  /** The present, ISO-8601. */
  now(): string {
    return this.clock.now().toISOString();
  }

  /** A lead, folded from its stream; `null` if it was never received. */
  async look(leadId: string): Promise<OnDesk | null> {
    const stands = await this.runner.standing(leadStream(leadId), callsDecider);
    const { state: lead, tenantId, position } = stands;
    return lead.status === 'absent' || tenantId === null ? null : { tenantId, lead, position };
  }

  /** The same for one that must be there, of any tenant. Rejects with `call_not_found`. */
  async require(leadId: string): Promise<OnDesk> {
    const found = UUID.test(leadId) ? await this.look(leadId) : null;
    if (found === null) throw callNotFound();
    return found;
  }

  /** What a command on another stream is run with that follows from a lead. */
  contextFor(tenantId: TenantId, leadId: string, context: CallContext): CommandContext {
    return { ...context, tenantId, correlationId: leadId, occurredAt: this.now() };
  }

  /** Runs one command on a lead of a tenant. */
  run(
    tenantId: TenantId,
    leadId: string,
    command: CallCommand,
    context: CallContext,
  ): Promise<RunResult<LeadCalls, LeadStreamEvent>> {
    return this.runner.run({
      stream: leadStream(leadId),
      decider: callsDecider,
      command,
      context: { ...context, tenantId, correlationId: leadId, occurredAt: command.at },
    });
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
