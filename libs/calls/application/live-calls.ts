import { randomUUID } from 'node:crypto';
import { type TenantId } from '#libs/kernel';
import { type VoiceStep } from '#libs/telephony';
import { type CallCommand } from '../domain/calls.commands.js';
import { type CallableLead, type OpenCall } from '../domain/lead-calls.js';
import { type ScriptContent } from '../domain/script.events.js';
import { type CallContext, type CallDesk, type OnDesk } from './call-desk.js';
import { type ScriptLibrary } from './script-library.js';

/** Which call a request from outside is about. */
export interface CallRef {
  readonly leadId: string;
  readonly callId: string;
}

/** A call that is under way, with the script the consumer hears. */
export type LiveCall = OnDesk & { readonly call: OpenCall; readonly script: ScriptContent };

/** What may be wished of a call under way. */
export type LiveCommand = Extract<CallCommand, { readonly callId: string }>;

/** The answer where there is nothing more to say. */
export const HANG_UP: readonly VoiceStep[] = [{ hangUp: true }];

/**
 * Finds the calls that requests from outside are about, and runs what they wish.
 *
 * Whatever such a request is answered follows from the lead’s stream after it was taken in, so that
 * one that comes twice, late or after a restart is answered as the call stands.
 */
export class LiveCalls {
  constructor(
    private readonly desk: CallDesk,
    private readonly scripts: Pick<ScriptLibrary, 'version'>,
    /** Who runs the commands, for the record. */
    private readonly actorId: string,
  ) {}

  /** The present, ISO-8601. */
  now(): string {
    return this.desk.now();
  }

  /** The call, if it is the one the lead is on. Rejects with `call_not_found` for no such lead. */
  async find({ leadId, callId }: CallRef): Promise<LiveCall | null> {
    return this.#live(await this.desk.require(leadId), callId);
  }

  /** The lead, on whatever call it is. Rejects with `call_not_found` for no such lead. */
  leadOf({ leadId }: Pick<CallRef, 'leadId'>): Promise<OnDesk> {
    return this.desk.require(leadId);
  }

  /** Resolves to the call as it stands then, if the lead is still on it. */
  async run(
    { tenantId, lead: { leadId } }: { readonly tenantId: TenantId; readonly lead: CallableLead },
    command: LiveCommand,
  ): Promise<LiveCall | null> {
    const { state, position } = await this.desk.run(tenantId, leadId, command, this.#context());
    if (state.status === 'absent') return null;
    return this.#live({ tenantId, lead: state, position }, command.callId);
  }

  async #live(found: OnDesk, callId: string): Promise<LiveCall | null> {
    const call = found.lead.current;
    if (call?.callId !== callId) return null;
    const { scriptId, scriptVersion } = call;
    const { content } = await this.scripts.version(found.tenantId, scriptId, scriptVersion);
    return { ...found, call, script: content };
  }

  /** Requests come again under other ids: what is the same is told by the stream, not by the id. */
  #context(): CallContext {
    const commandId = randomUUID();
    return { commandId, actor: { kind: 'system', id: this.actorId }, causationId: commandId };
  }
}
