import { type Answer } from './lead-calls.js';
import { type ScriptContent } from './script.events.js';
export type Turn =
  | {
      readonly kind: 'ask';
      readonly questionId: string;
      readonly prompt: string;
      readonly options: ScriptContent['questions'][number]['options'];
      readonly tries: number;
    }
  | { readonly kind: 'qualified' }
  | { readonly kind: 'disqualified'; readonly reason: string }
  | { readonly kind: 'callback'; readonly minutes: number }
  | { readonly kind: 'no_input' };
export type Heard =
  | { readonly kind: 'answer'; readonly value: string; readonly given: 'key' | 'speech' }
  | { readonly kind: 'opt_out'; readonly given: 'key' | 'speech'; readonly words: string }
  | { readonly kind: 'nothing' };
export function nextTurn(
  _script: ScriptContent,
  _answers: readonly Answer[],
  _facts: Readonly<Record<string, unknown>>,
): Turn {
  return { kind: 'qualified' };
}
export function hear(
  _script: ScriptContent,
  _questionId: string,
  _input: { readonly digits: string | null; readonly speech: string | null },
): Heard {
  return { kind: 'nothing' };
}
