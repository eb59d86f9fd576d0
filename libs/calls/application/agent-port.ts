import { type VoiceStep } from '#libs/telephony';
import { readAgentOutcome } from '../domain/agent-outcome.js';
import { agentTokenInvalid, callNotWithAgent } from '../domain/calls.errors.js';
import { type ConcludeConversation } from '../domain/calls.commands.js';
import { type ScriptContent } from '../domain/script.events.js';
import { type AgentTokens } from './agent-tokens.js';
import { type Consumers } from './consumers.js';
import {
  type CallRef,
  type EndedCall,
  isLive,
  type LiveCall,
  type LiveCalls,
} from './live-calls.js';
import { type VoiceUrls } from './voice-urls.js';

/** What an {@link AgentPort} is put together from. */
export interface AgentPortParts {
  readonly calls: LiveCalls;
  readonly consumers: Consumers;
  readonly urls: VoiceUrls;
  readonly tokens: AgentTokens;
}

/** Who speaks instead of the built-in script. */
type Agent = ScriptContent['agent'];

/** What comes after an outcome. */
export interface AfterOutcome {
  /** Where the call goes on: the provider is to fetch its next instructions there. */
  readonly continueUrl: string;
}

/**
 * Hands conversations to agents of the tenant’s own, and takes back what they came to (DI-4).
 *
 * The built-in disclosures are spoken before an agent is heard, and an opt-out then. It is given
 * the ids of lead and call, and a token for this one call, with which it reports the outcome; the
 * call then goes on as if the built-in script had come to it.
 */
export class AgentPort {
  readonly #parts: AgentPortParts;

  constructor(parts: AgentPortParts) {
    this.#parts = parts;
  }

  /** Hands the call over. When a stream ends, the provider asks how to go on. */
  steps(ref: CallRef, { kind, url }: Agent): readonly VoiceStep[] {
    const { urls } = this.#parts;
    if (url === null) return [{ redirect: urls.next(ref.leadId, ref.callId) }];
    const parameters = this.#parameters(ref);
    if (kind === 'webhook') return [{ redirect: withQuery(url, parameters) }];
    return [{ stream: { url, parameters } }, { redirect: urls.next(ref.leadId, ref.callId) }];
  }

  /**
   * Takes what an agent reports, `sent` being its whole message. The first report counts; one that
   * comes again is answered the same. An opt-out counts at any time, also once the call is over
   * (CO-8). Rejects with `agent_token_invalid`, `call_not_found`,
   * `call_not_with_agent` or `validation_failed`.
   */
  async outcome(ref: CallRef, sent: unknown): Promise<AfterOutcome> {
    const { calls, consumers, tokens, urls } = this.#parts;
    if (!tokens.isRight(ref, tokenOf(sent))) throw agentTokenInvalid();
    const found = await calls.findAny(ref);
    if (found === null || found.script.agent.kind === 'script') throw callNotWithAgent();
    const { tenantId, lead, script } = found;
    const { result, answers, words } = readAgentOutcome(sent, { script, now: calls.now() });
    if (!isLive(found) && result.kind !== 'opt_out') throw callNotWithAgent();
    const personal = words === null ? null : await consumers.sealVerbatim(tenantId, lead, words);
    await this.conclude(found, result, { answers, personal });
    return { continueUrl: urls.next(ref.leadId, ref.callId) };
  }

  /** Ends the conversation with a result, if it has none yet; an opt-out is added to any. */
  async conclude(
    found: LiveCall | EndedCall,
    result: ConcludeConversation['result'],
    {
      answers = {},
      personal = null,
    }: Partial<Pick<ConcludeConversation, 'answers' | 'personal'>> = {},
  ): Promise<void> {
    const { calls } = this.#parts;
    const { callId } = found.call;
    const said = { answers, personal, at: calls.now() };
    await calls.run(found, { type: 'ConcludeConversation', callId, result, ...said });
  }

  #parameters({ leadId, callId }: CallRef): Readonly<Record<string, string>> {
    const { urls, tokens } = this.#parts;
    return {
      ...{ lead_id: leadId, call_id: callId, outcome_url: urls.outcome(leadId, callId) },
      token: tokens.of({ leadId, callId }),
    };
  }
}

function withQuery(url: string, parameters: Readonly<Record<string, string>>): string {
  const address = new URL(url);
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return address.href;
}

function tokenOf(sent: unknown): string {
  const hasToken = typeof sent === 'object' && sent !== null && 'token' in sent;
  return hasToken && typeof sent.token === 'string' ? sent.token : '';
}
