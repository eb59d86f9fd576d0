import { type VoiceStep, type WaitStep } from '#libs/telephony';
import { type Turn } from '../domain/conversation.js';
import { disclosuresOf } from '../domain/disclosures.js';
import { type OpenCall } from '../domain/lead-calls.js';
import { type ScriptContent } from '../domain/script.events.js';

/** How long silence after a question is taken for an answer. */
const SILENCE_SECONDS = 6;
/** How long a destination may think about it. */
const ACCEPT_SECONDS = 8;

/** How long an opt-out may come after the disclosures where no question of ours follows them. */
const OBJECTION_SECONDS = 1;

/** The disclosures alone, during which an opt-out is heard. */
export function disclosureSteps(script: ScriptContent, actionUrl: string): VoiceStep[] {
  const gather = { opening: openingOf(script), prompt: '', language: script.language, actionUrl };
  const heard = { digits: 1, speech: true, hints: [], timeoutSeconds: OBJECTION_SECONDS };
  return [{ gather: { ...gather, ...heard } }];
}

/** A question, answered by key or speech, from the first word of an opening on. */
export function askSteps(
  { language }: ScriptContent,
  { prompt, options }: Extract<Turn, { kind: 'ask' }>,
  { opening, actionUrl }: { readonly opening: readonly string[]; readonly actionUrl: string },
): VoiceStep[] {
  const hints = options.flatMap(({ words }) => words);
  const gather = { opening, prompt, language, actionUrl, digits: 1, speech: true, hints };
  return [{ gather: { ...gather, timeoutSeconds: SILENCE_SECONDS } }];
}

/** The disclosures of a script as they are said. */
export function openingOf(script: ScriptContent): string[] {
  return disclosuresOf(script).map(({ text }) => text);
}

/** The consumer waits for a destination. */
export function waitSteps(
  { qualified, language }: ScriptContent,
  wait: WaitStep['wait'],
): VoiceStep[] {
  return [{ say: qualified, language }, { wait }];
}

/** What a destination hears before it is connected, and how it accepts. */
export interface Whispering {
  /** Empty: nothing is said. */
  readonly whispered: string;
  /** `null`: whoever answers is connected. */
  readonly acceptKey: string | null;
  readonly actionUrl: string;
}

/** The destination hears who is about to be connected, and accepts if it is asked to. */
export function whisperSteps(
  { language }: ScriptContent,
  { whispered, acceptKey, actionUrl }: Whispering,
): VoiceStep[] {
  if (acceptKey === null) {
    const says: VoiceStep[] = whispered === '' ? [] : [{ say: whispered, language }];
    return [...says, { redirect: actionUrl }];
  }
  const prompt = `${whispered} Press ${acceptKey} to accept.`.trim();
  const answer = { digits: 1, speech: false, hints: [], timeoutSeconds: ACCEPT_SECONDS };
  return [{ gather: { opening: [], prompt, language, actionUrl, ...answer } }];
}

/** The last words of a call, by what it came to. A machine hears none. */
export function goodbye(script: ScriptContent, call: OpenCall): VoiceStep[] {
  const words = lastWords(script, call);
  const { language } = script;
  return [...(words === null ? [] : [{ say: words, language }]), { hangUp: true }];
}

function lastWords(
  script: ScriptContent,
  { prequalification, routedOut }: OpenCall,
): string | null {
  switch (prequalification) {
    case 'disqualified':
      return script.disqualified;
    case 'callback':
      return script.callback;
    case 'opted_out':
      return script.optedOut;
    case 'no_input':
    case 'agent_failed':
      return script.noInput;
    case 'qualified':
      return routedOut ? script.noDestination : null;
    case 'running':
    case 'hung_up':
    case null:
      return null;
  }
}
