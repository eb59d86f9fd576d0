import { type FieldReader, type TextRule } from '#libs/fields';
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
  message: 'must be a-z, 0-9 and _, at most 40 characters, beginning with a letter',
};
/** A key of a telephone. */
export const SCRIPT_KEY: TextRule = {
  pattern: /^[0-9*#]$/,
  message: 'must be one of 0-9, * and #',
};
const PROMPT: TextRule = { max: 1_000 };
const SPOKEN: TextRule = {
  max: 60,
  pattern: /[\p{L}\p{N}]/u,
  message: 'must be a spoken word or phrase',
};

/** What the questions of a script have to heed. */
export interface QuestionRules {
  readonly optOutKey: string;
  /** How many there must be at least. */
  readonly min: number;
}

/** The questions of a script; what is wrong with them is noted by `fields`. */
export function readQuestions(fields: FieldReader, { optOutKey, min }: QuestionRules): Question[] {
  const ids = new Set<string>();
  return fields.list('questions', { min, max: QUESTIONS_MAX }, (question) => {
    const read = {
      id: question.text('id', WORD),
      prompt: question.text('prompt', PROMPT),
      options: readOptions(question, optOutKey),
      tries: question.integer('tries', TRIES, TRIES_DEFAULT),
    };
    refuseRepeated(question, 'id', read.id, ids);
    return read;
  });
}

/** What the options of one question have used up so far. */
interface Taken {
  readonly values: Set<string>;
  readonly keys: Set<string>;
  readonly words: Set<string>;
}

function readOptions(question: FieldReader, optOutKey: string): Option[] {
  const taken: Taken = { values: new Set(), keys: new Set([optOutKey]), words: new Set() };
  return question.list('options', { min: 1, max: OPTIONS_MAX }, (option) => {
    const read = {
      value: option.text('value', WORD),
      key: option.nullable('key', null, () => option.text('key', SCRIPT_KEY)),
      words: readWords(option, taken.words),
      callbackMinutes: option.nullable('callback_minutes', null, () =>
        option.integer('callback_minutes', CALLBACK_MINUTES),
      ),
    };
    refuseRepeated(option, 'value', read.value, taken.values);
    refuseRepeated(option, 'key', read.key ?? '', taken.keys);
    if (read.key === null && read.words.length === 0) {
      option.refuse('key', 'required', 'is required where there are no words');
    }
    return read;
  });
}

function readWords(option: FieldReader, taken: Set<string>): string[] {
  return option.texts('words', { max: WORDS_MAX }, SPOKEN, []).map((text, index) => {
    const name = `words.${index}`;
    const words = wordsOf(text);
    if (optOutIn(words) !== null) {
      option.refuse(name, 'not_allowed', 'opts out, so it cannot mean anything else');
    }
    refuseRepeated(option, name, words.join(' '), taken);
    return text.toLowerCase();
  });
}

/**
 * Nothing may stand for two things. What could not be read is empty, and said to be wrong already.
 */
function refuseRepeated(
  fields: FieldReader,
  name: string,
  value: string,
  taken: Set<string>,
): void {
  if (value === '') return;
  if (taken.has(value)) fields.refuse(name, 'taken', `${value} has a meaning here already`);
  taken.add(value);
}
