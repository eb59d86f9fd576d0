import { ScriptFieldReader, type TextRule, textProblem } from './script-field-reader.js';
import { optOutIn } from './opt-out-words.js';
import { type ScriptContent } from './script.events.js';
import { wordsOf } from './spoken-words.js';

type Question = ScriptContent['questions'][number];
type Option = Question['options'][number];

const QUESTIONS_MAX = 50;
const OPTIONS_MAX = 12;
const WORDS_MAX = 30;
const TRIES = { min: 1, max: 5 };
const TRIES_DEFAULT = 3;
/** A week. */
const CALLBACK_MINUTES = { min: 1, max: 10_080 };

/** What names a question, an answer or a reason. */
export const WORD: TextRule = {
  pattern: /^[a-z][a-z0-9_]{0,39}$/,
  what: 'a word of a-z, 0-9 and _, at most 40 characters, beginning with a letter',
};
/** A key of a telephone. */
export const SCRIPT_KEY: TextRule = { pattern: /^[0-9*#]$/, what: 'one of 0-9, * and #' };
const SPOKEN: TextRule = { max: 60, pattern: /[\p{L}\p{N}]/u, what: 'a spoken word or phrase' };

/** What the questions of a script have to heed. */
export interface QuestionRules {
  readonly optOutKey: string;
  /** How many there must be at least. */
  readonly min: number;
}

/** The questions of a script; what is wrong with them is noted by `reader`. */
export function readQuestions(
  reader: ScriptFieldReader,
  { optOutKey, min }: QuestionRules,
): Question[] {
  const ids = new Set<string>();
  return reader.list('questions', { min, max: QUESTIONS_MAX }).map(([value, path]) => {
    const question = new ScriptFieldReader(value, path, reader.errors);
    const read = {
      id: question.text('id', WORD),
      prompt: question.text('prompt'),
      options: readOptions(question, optOutKey),
      tries: question.integer('tries', TRIES, TRIES_DEFAULT),
    };
    refuseRepeated(question, 'id', read.id, ids);
    question.refuseOthers();
    return read;
  });
}

/** What the options of one question have used up so far. */
interface Taken {
  readonly values: Set<string>;
  readonly keys: Set<string>;
  readonly words: Set<string>;
}

function readOptions(question: ScriptFieldReader, optOutKey: string): Option[] {
  const taken: Taken = { values: new Set(), keys: new Set([optOutKey]), words: new Set() };
  return question.list('options', { min: 1, max: OPTIONS_MAX }).map(([value, path]) => {
    const option = new ScriptFieldReader(value, path, question.errors);
    const read = {
      value: option.text('value', WORD),
      key: option.textOrNull('key', SCRIPT_KEY),
      words: readWords(option, taken.words),
      callbackMinutes: option.integer('callback_minutes', CALLBACK_MINUTES, null),
    };
    refuseRepeated(option, 'value', read.value, taken.values);
    refuseRepeated(option, 'key', read.key ?? '', taken.keys);
    if (read.key === null && read.words.length === 0) {
      option.refuse('key', 'required', 'is required where there are no words');
    }
    option.refuseOthers();
    return read;
  });
}

function readWords(option: ScriptFieldReader, taken: Set<string>): string[] {
  return option.list('words', { min: 0, max: WORDS_MAX }).map(([value], index) => {
    const name = `words.${index}`;
    const problem = textProblem(value, SPOKEN);
    if (problem !== null) {
      option.refuse(name, ...problem);
      return '';
    }
    const text = (value as string).trim().toLowerCase();
    const words = wordsOf(text);
    if (optOutIn(words) !== null) {
      option.refuse(name, 'not_allowed', 'opts out, so it cannot mean anything else');
    }
    refuseRepeated(option, name, words.join(' '), taken);
    return text;
  });
}

/** Nothing may stand for two things. What could not be read is empty, and said to be wrong already. */
function refuseRepeated(
  reader: ScriptFieldReader,
  name: string,
  value: string,
  taken: Set<string>,
): void {
  if (value === '') return;
  if (taken.has(value)) reader.refuse(name, 'taken', `${value} has a meaning here already`);
  taken.add(value);
}
