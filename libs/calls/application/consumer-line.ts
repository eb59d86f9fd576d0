import {
  type AnswererReport,
  isOver,
  type Telephony,
  type VoiceReport,
  type VoiceStep,
} from '#libs/telephony';
import { hear, type Heard, nextTurn } from '../domain/conversation.js';
import { isSpokenToMachine } from '../domain/answerer.js';
import { disclosuresOf } from '../domain/disclosures.js';
import { answersOf, openTransfer } from '../domain/lead-calls.js';
import { mayHaveMissedStop } from '../domain/may-still-ring.js';
import { type AgentPort } from './agent-port.js';
import { type OnDesk } from './call-desk.js';
import { askBeforeTheEnd, wereTogether } from './consumer-meeting.js';
import { type Consumers } from './consumers.js';
import { leadFacts } from './lead-facts.js';
import { isBeforeAnswer, reportedLeg } from './leg-report.js';
import {
  type CallRef,
  type EndedCall,
  HANG_UP,
  isLive,
  type LiveCall,
  type LiveCalls,
} from './live-calls.js';
import { isForeignLeg, isOwnLeg } from './own-leg.js';
import { recognise, whoHadAnswered } from './recognise.js';
import { type RingCheck } from './ring-check.js';
import { askSteps, disclosureSteps, goodbye, openingOf, waitSteps } from './spoken.js';
import { roomOf, type VoiceUrls } from './voice-urls.js';

/** How often the disclosures are said at most, where something else than an opt-out cuts in. */
const DISCLOSED_MAX = 2;

/** What a {@link ConsumerLine} is put together from. */
export interface ConsumerLineParts {
  readonly calls: LiveCalls;
  readonly consumers: Consumers;
  readonly urls: VoiceUrls;
  readonly agents: AgentPort;
  readonly rings: RingCheck;
  /** The provider’s name, as events carry it. */
  readonly provider: string;
  /**
   * Knows where a destination’s leg stands, and hangs up; `null` where no provider is connected.
   */
  readonly telephony: Pick<Telephony, 'lookUpCall' | 'endCall'> | null;
}

/**
 * Answers the telephony provider about consumers’ legs: what to say and do now, and what its
 * reports mean. A call that is over is hung up, and so is a leg that is not the call’s: whoever
 * says what some other leg of the account does can have it ask here (SE-3).
 */
export class ConsumerLine {
  readonly #parts: ConsumerLineParts;

  constructor(parts: ConsumerLineParts) {
    this.#parts = parts;
  }

  /** Somebody or something answered. */
  async answered(ref: CallRef, report: VoiceReport): Promise<readonly VoiceStep[]> {
    const { calls, provider, rings } = this.#parts;
    const { providerCallId, answeredBy, repeatToken } = report;
    const found = await calls.find(ref);
    if (found === null || isForeignLeg(found.call, report)) return HANG_UP;
    const answer = { callId: ref.callId, provider, providerCallId, answeredBy };
    if (mayHaveMissedStop(found.call) && (await rings.isStopped(found))) {
      await calls.run(found, { type: 'TurnAway', ...answer, at: calls.now() }, repeatToken);
      return HANG_UP;
    }
    const { agent } = found.script;
    const disclosures = disclosuresOf(found.script).map(({ kind }) => kind);
    const begin = {
      type: 'BeginConversation',
      ...{ ...answer, agent: agent.kind, disclosures, at: calls.now() },
    } as const;
    const begun = await calls.run(found, begin, repeatToken);
    if (begun === null || !isHeard(begun)) return this.#steps(ref, begun);
    if (agent.kind === 'script') return this.#question(ref, begun, openingOf(begun.script));
    return this.#disclose(ref, begun, 1);
  }

  /**
   * Who answered, as the provider found out meanwhile (DI-3). A machine is hung up on; rejects
   * where the provider cannot be told so, that it reports again.
   */
  async recognised(ref: CallRef, { providerCallId, answeredBy }: AnswererReport): Promise<void> {
    const { calls, telephony } = this.#parts;
    const report = { callId: ref.callId, providerCallId, answeredBy, at: calls.now() };
    const found = await calls.leadOf(ref);
    const after = await calls.run(found, { type: 'RecogniseAnswerer', ...report });
    if (after === null || !isSpokenToMachine(after.call)) return;
    await telephony?.endCall(providerCallId);
  }

  /**
   * What was said or pressed while the disclosures were said for the `times`th time. Unless it is
   * an opt-out they are said once more, since it cut them short; then the agent has the word.
   */
  async disclosed(ref: CallRef, times: number, report: VoiceReport): Promise<readonly VoiceStep[]> {
    const spoken = await this.#findSpoken(ref, report);
    if (spoken === null) return HANG_UP;
    const { script } = spoken;
    const { digits, speech, repeatToken } = report;
    const heard = hear(script, '', { digits, speech });
    if (heard.kind === 'opt_out') {
      const reply = { questionId: '', tries: times, heard, speech, repeatToken };
      return this.#steps(ref, await this.#take(spoken, reply));
    }
    const found = await this.#knowingWho(spoken, speech);
    if (found?.call.prequalification !== 'running') return this.#steps(ref, found);
    if (!isHeard(found)) return HANG_UP;
    if (isSilence({ digits, speech }) || times >= DISCLOSED_MAX) {
      return this.#parts.agents.steps(ref, script.agent);
    }
    return this.#disclose(ref, found, times + 1);
  }

  /** What was said or pressed after a question was put for the `tries`th time. */
  async replied(
    ref: CallRef,
    questionId: string,
    tries: number,
    report: VoiceReport,
  ): Promise<readonly VoiceStep[]> {
    const spoken = await this.#findSpoken(ref, report);
    if (spoken === null) return HANG_UP;
    const { script } = spoken;
    const { digits, speech, repeatToken } = report;
    const heard = hear(script, questionId, { digits, speech });
    const reply = { questionId, tries, heard, speech, repeatToken };
    const after = await this.#take(spoken, reply);
    const isFirst = tries === 1 && questionId === script.questions[0]?.id;
    const cutShort = isFirst && heard.kind === 'nothing' && !isSilence({ digits, speech });
    return this.#steps(ref, after, cutShort ? openingOf(script) : []);
  }

  /**
   * The provider asks how to go on, whatever was before. An agent that is through and has not said
   * what it came to has failed: nobody is left to speak.
   */
  async next(
    ref: CallRef,
    leg: Pick<VoiceReport, 'providerCallId'>,
  ): Promise<readonly VoiceStep[]> {
    const { calls } = this.#parts;
    const found = await calls.find(ref);
    if (found === null || !isOwnLeg(found.call, leg)) return HANG_UP;
    const { script, call } = found;
    const leftAlone = script.agent.kind !== 'script' && call.prequalification === 'running';
    if (!leftAlone) return this.#steps(ref, found);
    await this.#parts.agents.conclude(found, { kind: 'failed' });
    return this.#steps(ref, await calls.find(ref));
  }

  /**
   * A leg was let go of by the room, which closes when either leaves. A consumer who is still there
   * was with the destination that was sent to them; one whose destination came to nothing waits on.
   */
  async released(ref: CallRef, report: VoiceReport): Promise<readonly VoiceStep[]> {
    const { calls } = this.#parts;
    const found = await calls.find(ref);
    if (found === null || isOver(report.status)) return HANG_UP;
    if (!isOwnLeg(found.call, report)) return HANG_UP;
    const after = await wereTogether(calls, found);
    const isBridged = after === null || (openTransfer(after.call)?.bridgedAt ?? null) !== null;
    return isBridged ? HANG_UP : this.#steps(ref, after);
  }

  /**
   * Where the leg stands. One that is dialed only now and may not ring any more is hung up; rejects
   * where the provider cannot be told so, that it reports again.
   */
  async reported(ref: CallRef, report: VoiceReport): Promise<void> {
    const { calls, rings, telephony } = this.#parts;
    const { status, providerCallId } = report;
    const onDesk = await calls.leadOf(ref);
    if (isOver(status)) await askBeforeTheEnd(this.#parts, onDesk, ref, report);
    const after = await this.#follow(onDesk, ref, report);
    if (!isBeforeAnswer(status) || (after?.call.answeredAt ?? null) !== null) return;
    if (after !== null && (await rings.mayRing(after, calls.now()))) return;
    await telephony?.endCall(providerCallId);
  }

  #follow(onDesk: OnDesk, { callId }: CallRef, report: VoiceReport): Promise<LiveCall | null> {
    const { calls, provider } = this.#parts;
    const leg = { callId, provider, ...reportedLeg(report), at: calls.now() };
    return calls.run(onDesk, { type: 'ReportConsumerLeg', ...leg }, report.repeatToken);
  }

  /** The call on whose leg something was said; it may be over by now. */
  async #findSpoken(ref: CallRef, report: VoiceReport): Promise<LiveCall | EndedCall | null> {
    const found = await this.#parts.calls.findAny(ref);
    return found === null || !isOwnLeg(found.call, report) ? null : found;
  }

  /**
   * Before speech is heard it is to be known who says it, as far as the provider has found out by
   * now; where nobody can say, it is a person (DI-3). `null`: the call is over.
   */
  async #knowingWho(spoken: LiveCall | EndedCall, speech: string | null): Promise<LiveCall | null> {
    const { calls, telephony } = this.#parts;
    if (!isLive(spoken)) return null;
    return speech === null ? spoken : recognise(calls, telephony, spoken);
  }

  /** What the call as it stands asks for. */
  async #steps(
    ref: CallRef,
    found: LiveCall | null,
    opening: readonly string[] = [],
  ): Promise<readonly VoiceStep[]> {
    if (found === null) return HANG_UP;
    const { call, script } = found;
    if (isSpokenToMachine(call)) return HANG_UP;
    if (call.prequalification === 'running') return this.#question(ref, found, opening);
    if (call.prequalification !== 'qualified' || call.routedOut) return goodbye(script, call);
    return waitSteps(script, roomOf(this.#parts.urls, ref));
  }

  async #question(
    ref: CallRef,
    { tenantId, lead, call, script }: LiveCall,
    opening: readonly string[],
  ): Promise<readonly VoiceStep[]> {
    const { consumers, urls } = this.#parts;
    const consumer = await consumers.open(tenantId, lead);
    const turn = nextTurn(script, call.answers, leadFacts(lead, consumer ?? {}, answersOf(call)));
    if (turn.kind !== 'ask') return HANG_UP;
    const actionUrl = urls.reply(ref.leadId, ref.callId, turn.questionId, turn.tries);
    return askSteps(script, turn, { opening, actionUrl });
  }

  #disclose(
    { leadId, callId }: CallRef,
    { script }: LiveCall,
    times: number,
  ): readonly VoiceStep[] {
    return disclosureSteps(script, this.#parts.urls.disclosed(leadId, callId, times));
  }

  /**
   * Resolves to the call as it stands then; `null`: it is over. Whoever says stop and hangs up is
   * heard all the same, be it that the end is reported while it is asked who they are (CO-8).
   */
  async #take(
    spoken: LiveCall | EndedCall,
    { speech, repeatToken, ...reply }: Reply,
  ): Promise<LiveCall | null> {
    const { calls, consumers } = this.#parts;
    const { tenantId, lead, call, script } = spoken;
    const { callId } = call;
    const isOptOut = reply.heard.kind === 'opt_out';
    const live = await this.#knowingWho(spoken, speech);
    if (live === null && !isOptOut) return null;
    const answeredBy = live === null && speech !== null ? await this.#whoWas(spoken) : null;
    const consumer = await consumers.open(tenantId, lead);
    const command = {
      type: 'HearConsumer',
      ...{ callId, ...reply, script, answeredBy, at: calls.now() },
      facts: leadFacts(lead, consumer ?? {}, {}),
      personal: speech === null ? null : await consumers.sealVerbatim(tenantId, lead, speech),
    } as const;
    return calls.run(spoken, command, repeatToken);
  }

  /** Who spoke on a call that is over by now. */
  async #whoWas({ lead: { leadId }, call: { callId } }: LiveCall | EndedCall) {
    const { calls, telephony } = this.#parts;
    const ended = await calls.findAny({ leadId, callId });
    return ended === null || isLive(ended) ? null : whoHadAnswered(telephony, ended);
  }
}

/** What a consumer said or pressed, and to which putting of what question. */
interface Reply {
  readonly questionId: string;
  readonly tries: number;
  readonly heard: Heard;
  readonly speech: string | null;
  /** Of the request that told it. */
  readonly repeatToken: string | null;
}

/** Whether the conversation goes on, with a person as far as is known. */
function isHeard({ call }: LiveCall): boolean {
  return call.prequalification === 'running' && !isSpokenToMachine(call);
}

function isSilence({ digits, speech }: Pick<VoiceReport, 'digits' | 'speech'>): boolean {
  return digits === null && speech === null;
}
