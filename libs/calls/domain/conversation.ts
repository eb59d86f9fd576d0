import { type Facts, matchesFilter } from '#libs/filters';
import { type Answer } from './lead-calls.js';
import { optOutIn } from './opt-out-words.js';
import { type ScriptContent } from './script.events.js';
import { spokenChoice, spokenKey } from './spoken-choice.js';
import { wordsOf } from './spoken-words.js';

/** A question of a script. */
export type ScriptQuestion = ScriptContent['questions'][number];
/** An answer that a question knows. */
export type ScriptOption = ScriptQuestion['options'][number];

/** What comes next in a conversation. Everything but `ask` ends it. */
export type Turn =
  | {
      readonly kind: 'ask';
      readonly questionId: string;
      readonly prompt: string;
      readonly options: readonly ScriptOption[];
      /** How often the question will have been put, this time included; from 1. */
      readonly tries: number;
    }
  | { readonly kind: 'qualified' }
  | { readonly kind: 'disqualified'; readonly reason: string }
  | { readonly kind: 'callback'; readonly minutes: number }
  | { readonly kind: 'no_input' };

/** What reached us of the consumer; `null` where nothing did. */
export interface Input {
  readonly digits: string | null;
  readonly speech: string | null;
}

/** What it means. */
export type Heard =
  | { readonly kind: 'answer'; readonly value: string; readonly given: 'key' | 'speech' }
  | { readonly kind: 'opt_out'; readonly given: 'key' | 'speech'; readonly words: string }
  | { readonly kind: 'nothing' };

/**
 * What comes next, given the answers so far and what is known of the lead (`lead.<field>`).
 *
 * Questions are put in order, each until it is answered or was put as often as it may be; then the
 * conversation ends with `no_input`. After an answer the disqualifying rules are looked at, in
 * order, and then whether it asks for a later call. Rules see answers as `answers.<question>`. A
 * `null` value is an answer that was not understood. Of several answers to one question, the last
 * counts.
 */
export function nextTurn(
  script: ScriptContent,
  answers: readonly Answer[],
  leadFacts: Facts,
): Turn {
  const latest = new Map(answers.map((answer) => [answer.questionId, answer]));
  const values = valuesOf(script, latest);
  return ending(script, values, leadFacts) ?? nextQuestion(script, latest);
}

/**
 * What the consumer means by what was pressed and said after a question.
 *
 * Whether they opt out comes before anything else, on every question: by the script's key, however
 * many others were pressed, or by words ({@link optOutIn}). Then keys count before speech. Keys or
 * words that mean several options mean nothing, and the question is put again.
 */
export function hear(script: ScriptContent, questionId: string, input: Input): Heard {
  const digits = input.digits ?? '';
  const speech = input.speech ?? '';
  const { optOutKey } = script;
  if (digits.includes(optOutKey)) return { kind: 'opt_out', given: 'key', words: optOutKey };
  const words = optOutIn(wordsOf(speech));
  if (words !== null) return { kind: 'opt_out', given: 'speech', words };
  const options = script.questions.find(({ id }) => id === questionId)?.options ?? [];
  const pressed = pressedChoice(options, digits);
  if (pressed !== null) return { kind: 'answer', value: pressed, given: 'key' };
  return heardSpeech(script, options, speech);
}

function heardSpeech(
  { optOutKey }: ScriptContent,
  options: readonly ScriptOption[],
  speech: string,
): Heard {
  const said = spokenChoice(options, speech);
  if (said !== null) return { kind: 'answer', value: said, given: 'speech' };
  const key = spokenKey(speech);
  if (key === optOutKey) return { kind: 'opt_out', given: 'speech', words: key };
  const named = key === null ? null : pressedChoice(options, key);
  return named === null ? { kind: 'nothing' } : { kind: 'answer', value: named, given: 'speech' };
}

/** One key pressed once or impatiently often is a choice, several keys are none. */
function pressedChoice(options: readonly ScriptOption[], digits: string): string | null {
  const keys = new Set(digits);
  if (keys.size !== 1) return null;
  return options.find(({ key }) => key !== null && keys.has(key))?.value ?? null;
}

/** The answers that were understood, by question. */
function valuesOf(
  { questions }: ScriptContent,
  latest: ReadonlyMap<string, Answer>,
): ReadonlyMap<string, string> {
  return new Map(
    questions.flatMap(({ id }) => {
      const value = latest.get(id)?.value ?? null;
      return value === null ? [] : [[id, value] as const];
    }),
  );
}

/** How what was answered ends the conversation; `null` if it goes on. */
function ending(
  script: ScriptContent,
  values: ReadonlyMap<string, string>,
  leadFacts: Facts,
): Turn | null {
  if (values.size === 0) return null;
  const answered = [...values].map(([id, value]) => [`answers.${id}`, value] as const);
  const facts = { ...leadFacts, ...Object.fromEntries(answered) };
  const rule = script.disqualify.find(({ when }) => matchesFilter(when, facts));
  if (rule !== undefined) return { kind: 'disqualified', reason: rule.reason };
  const minutes = callbackMinutes(script, values);
  return minutes === null ? null : { kind: 'callback', minutes };
}

function callbackMinutes(
  { questions }: ScriptContent,
  values: ReadonlyMap<string, string>,
): number | null {
  const chosen = questions.flatMap(({ id, options }) =>
    options.filter(({ value }) => value === values.get(id)),
  );
  return chosen.find((option) => option.callbackMinutes !== null)?.callbackMinutes ?? null;
}

function nextQuestion({ questions }: ScriptContent, latest: ReadonlyMap<string, Answer>): Turn {
  const question = questions.find(({ id }) => (latest.get(id)?.value ?? null) === null);
  if (question === undefined) return { kind: 'qualified' };
  const { id, prompt, options, tries } = question;
  const triesSoFar = latest.get(id)?.tries ?? 0;
  if (triesSoFar >= tries) return { kind: 'no_input' };
  return { kind: 'ask', questionId: id, prompt, options, tries: triesSoFar + 1 };
}
