import { randomUUID } from 'node:crypto';
import { type TenantId } from '#libs/kernel';
import { type VoiceStep } from '#libs/telephony';
import { v5 as uuidv5 } from 'uuid';
import { type CallCommand } from '../domain/calls.commands.js';
import { type CallableLead, type OpenCall, type PastCall } from '../domain/lead-calls.js';
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

/** A call that is over, with the script the consumer heard. */
export type EndedCall = OnDesk & { readonly call: PastCall; readonly script: ScriptContent };

/** Whether the lead is still on it. */
export function isLive(found: LiveCall | EndedCall): found is LiveCall {
  return found.lead.current?.callId === found.call.callId;
}

/** What may be wished of a call under way. */
export type LiveCommand = Extract<CallCommand, { readonly callId: string }>;

/** Namespace of the ids of commands that copies of a request share; drawn once, permanent. */
const NAMESPACE = 'd1a4f0b2-7c36-4e59-8f1d-52b9e07c6a83';

/** The answer where there is nothing more to say. */
export const HANG_UP: readonly VoiceStep[] = [{ hangUp: true }];

/**
 * Finds the calls that requests from outside are about, and runs what they wish.
 *
 * Whatever such a request is answered follows from the lead’s stream after it was taken in, so that
 * one that comes twice, late or after a restart is answered as the call stands. Copies are known by
 * the provider’s token, where it gave one, and else by what they say of which leg (TR-6).
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

  /**
   * Any call of the lead, for what counts even after its end. `null`: there never was one. Rejects
   * with `call_not_found` for no such lead.
   */
  async findAny({ leadId, callId }: CallRef): Promise<LiveCall | EndedCall | null> {
    const found = await this.desk.require(leadId);
    const past = found.lead.past.find((call) => call.callId === callId);
    if (past === undefined) return this.#live(found, callId);
    return { ...found, call: past, script: await this.#scriptOf(found.tenantId, past) };
  }

  /** The lead, on whatever call it is. Rejects with `call_not_found` for no such lead. */
  leadOf({ leadId }: Pick<CallRef, 'leadId'>): Promise<OnDesk> {
    return this.desk.require(leadId);
  }

  /**
   * Resolves to the call as it stands then, if the lead is still on it. `repeatToken` is that of
   * the request that wishes it; `null`: it has none, or wishes nothing by itself.
   */
  async run(
    { tenantId, lead: { leadId } }: { readonly tenantId: TenantId; readonly lead: CallableLead },
    command: LiveCommand,
    repeatToken: string | null = null,
  ): Promise<LiveCall | null> {
    const context = this.#context(command, repeatToken);
    const ran = await this.desk.run(tenantId, leadId, command, context);
    const { state, position, replayed } = ran;
    if (replayed) return this.find({ leadId, callId: command.callId });
    if (state.status === 'absent') return null;
    return this.#live({ tenantId, lead: state, position }, command.callId);
  }

  async #live(found: OnDesk, callId: string): Promise<LiveCall | null> {
    const call = found.lead.current;
    if (call?.callId !== callId) return null;
    return { ...found, call, script: await this.#scriptOf(found.tenantId, call) };
  }

  async #scriptOf(
    tenantId: TenantId,
    { scriptId, scriptVersion }: Pick<OpenCall, 'scriptId' | 'scriptVersion'>,
  ): Promise<ScriptContent> {
    return (await this.scripts.version(tenantId, scriptId, scriptVersion)).content;
  }

  /** A token is no proof, since nobody signs it: the stream tells, too, what is the same. */
  #context({ type }: LiveCommand, repeatToken: string | null): CallContext {
    const commandId =
      repeatToken === null ? randomUUID() : uuidv5(`${repeatToken}|${type}`, NAMESPACE);
    return { commandId, actor: { kind: 'system', id: this.actorId }, causationId: commandId };
  }
}
