import { isSpokenToMachine } from './answerer.js';
import { isMachine } from './call.events.js';
import {
  type BeginConversation,
  type ConcludeConversation,
  type HearConsumer,
} from './calls.commands.js';
import { type Heard, nextTurn, type Turn } from './conversation.js';
import { answered, recordPlacement } from './consumer-leg.js';
import {
  type Answer,
  answersOf,
  type CallableLead,
  mayBeCalled,
  type OpenCall,
  type PastCall,
} from './lead-calls.js';
import { type CallEvent } from './lead-stream.events.js';
import { isExplicitOptOut } from './opt-out-words.js';

/**
 * The consumer’s leg was answered: a person hears the script, a machine hears nothing, nor does
 * whoever may not be called any more since it began to ring (CO-8).
 */
export function beginConversation(
  command: BeginConversation,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  const { agent, disclosures, answeredBy, at } = command;
  const { leadId } = lead;
  const { callId, scriptId, scriptVersion } = call;
  const events = [...recordPlacement(command, lead, call), ...answered(lead, call, command)];
  const by = call.answeredBy === 'unknown' ? answeredBy : (call.answeredBy ?? answeredBy);
  if (isMachine(by) || !mayBeCalled(lead) || call.prequalification !== null) return events;
  const script = { leadId, callId, scriptId, scriptVersion };
  const data = { ...script, disclosures: [...disclosures], agent, startedAt: at };
  return [...events, { type: 'PrequalificationStarted', data }];
}

/**
 * What the consumer said or pressed, and what follows from it. An opt-out counts however far the
 * conversation has got (CO-8). An answer to a question that was put again since, or was answered
 * already, is a report that came late: it changes nothing.
 */
export function hearConsumer(
  command: HearConsumer,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  const { heard, at } = command;
  if (heard.kind === 'opt_out' && isOptOut(heard, isSpokenToMachine(call))) {
    return optOutOnce(lead, call, { ...command, ...heard });
  }
  if (call.prequalification !== 'running') return [];
  // It is about to be hung up, and what it plays or sends is no answer.
  if (isSpokenToMachine(call) || isLate(command, call)) return [];
  const { value, given } = heard.kind === 'answer' ? heard : NOT_UNDERSTOOD;
  const { questionId, tries, script, facts, personal } = command;
  const said = { questionId, value, given, tries };
  const others = call.answers.filter((other) => other.questionId !== questionId);
  const answers: Answer[] = [...others, said];
  const data = { ...said, leadId: lead.leadId, callId: call.callId, personal };
  return [
    { type: 'QuestionAnswered', data: { ...data, answeredAt: at } },
    ...concluded(nextTurn(script, answers, facts), lead, { ...call, answers }, at),
  ];
}

const NOT_UNDERSTOOD = { value: null, given: 'nothing' } as const;

/**
 * What was said on a call that is over by the time it is heard: people say stop and hang up. Who
 * spoke may have become known only afterwards.
 */
export function hearOfPastCall(
  command: HearConsumer,
  lead: CallableLead,
  call: PastCall,
): CallEvent[] {
  const { heard, answeredBy = null } = command;
  const isFoundOut = call.isUnrecognised && isMachine(answeredBy);
  const isByMachine = call.disposition === 'machine' || isFoundOut;
  if (heard.kind !== 'opt_out' || !isOptOut(heard, isByMachine)) return [];
  return optOutOnce(lead, call, { ...command, ...heard });
}

/** “To cancel, press star”, says a machine: of it only a wish about calls is one. */
function isOptOut(
  { given, words }: Extract<Heard, { kind: 'opt_out' }>,
  isByMachine: boolean,
): boolean {
  return given === 'key' || !isByMachine || isExplicitOptOut(words);
}

function isLate({ questionId, tries }: HearConsumer, { answers }: OpenCall): boolean {
  const known = answers.find((answer) => answer.questionId === questionId);
  return known !== undefined && (known.value !== null || known.tries >= tries);
}

function concluded(turn: Turn, lead: CallableLead, call: OpenCall, at: string): CallEvent[] {
  const { leadId } = lead;
  const { callId, scriptId, scriptVersion } = call;
  const script = { leadId, callId, scriptId, scriptVersion };
  const answers = answersOf(call);
  switch (turn.kind) {
    case 'ask':
      return [];
    case 'qualified':
      return [{ type: 'LeadQualified', data: { ...script, answers, qualifiedAt: at } }];
    case 'disqualified': {
      const data = { ...script, answers, reason: turn.reason, disqualifiedAt: at };
      return [{ type: 'LeadDisqualified', data }];
    }
    case 'callback': {
      const callbackAt = new Date(Date.parse(at) + turn.minutes * 60_000).toISOString();
      return [{ type: 'CallbackRequested', data: { ...script, callbackAt, requestedAt: at } }];
    }
    case 'no_input':
      return [abandoned(lead, call, 'no_input', at)];
  }
}

/**
 * The result of an agent of the tenant’s own, taken once; but that the consumer wants no calls is
 * taken whatever was said before, and of a machine, too (CO-8).
 */
export function concludeConversation(
  command: ConcludeConversation,
  lead: CallableLead,
  call: OpenCall,
): CallEvent[] {
  const { result, answers, at } = command;
  if (result.kind === 'opt_out') return agentHeardOptOut(command, result, lead, call);
  if (call.prequalification !== 'running' || isSpokenToMachine(call)) return [];
  const { leadId } = lead;
  const { callId, scriptId, scriptVersion } = call;
  const script = { leadId, callId, scriptId, scriptVersion };
  switch (result.kind) {
    case 'qualified':
      return [{ type: 'LeadQualified', data: { ...script, answers, qualifiedAt: at } }];
    case 'disqualified': {
      const data = { ...script, answers, reason: result.reason, disqualifiedAt: at };
      return [{ type: 'LeadDisqualified', data }];
    }
    case 'callback': {
      const { callbackAt } = result;
      return [{ type: 'CallbackRequested', data: { ...script, callbackAt, requestedAt: at } }];
    }
    case 'no_input':
      return [abandoned(lead, call, 'no_input', at)];
    case 'failed':
      return [abandoned(lead, call, 'agent_failed', at)];
  }
}

/** The only result that counts of a call that is over. */
export function concludePastCall(
  command: ConcludeConversation,
  lead: CallableLead,
  call: PastCall,
): CallEvent[] {
  const { result } = command;
  return result.kind === 'opt_out' ? agentHeardOptOut(command, result, lead, call) : [];
}

function agentHeardOptOut(
  { personal, at }: ConcludeConversation,
  { words }: Extract<ConcludeConversation['result'], { kind: 'opt_out' }>,
  lead: CallableLead,
  call: OpenCall | PastCall,
): CallEvent[] {
  return optOutOnce(lead, call, { given: 'speech', words, personal, at });
}

function abandoned(
  { leadId }: CallableLead,
  { callId }: OpenCall,
  reason: 'no_input' | 'agent_failed',
  at: string,
): CallEvent {
  return { type: 'PrequalificationAbandoned', data: { leadId, callId, reason, abandonedAt: at } };
}

interface OptOut {
  readonly given: 'key' | 'speech';
  readonly words: string;
  readonly personal: string | null;
  readonly at: string;
}

/** However often it is said on a call. */
function optOutOnce(
  { leadId, phoneHash }: CallableLead,
  call: OpenCall | PastCall,
  { given, words, personal, at }: OptOut,
): CallEvent[] {
  const isKnown = 'isOptedOut' in call ? call.isOptedOut : call.prequalification === 'opted_out';
  if (isKnown) return [];
  const { callId } = call;
  const data = { leadId, callId, phoneHash, given, words, personal, optedOutAt: at };
  return [{ type: 'ConsumerOptedOut', data }];
}
