import { type ScriptContent } from './script.events.js';
import { clausesOf, wordsOf } from './spoken-words.js';

type Options = readonly ScriptContent['questions'][number]['options'][number][];

/** Words that turn what follows into its opposite, up to {@link NEGATION_REACH} words on. */
const NEGATIONS = new Set([
  ...['not', 'never', 'dont', 'doesnt', 'didnt', 'isnt', 'arent', 'aint', 'wasnt', 'werent'],
  ...['cant', 'cannot', 'wont', 'wouldnt', 'shouldnt', 'couldnt', 'havent', 'hasnt', 'without'],
]);
const NEGATION_REACH = 3;

const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const KEY_NAMES: ReadonlyMap<string, string> = new Map([
  ...DIGITS.map((_, digit) => [String(digit), String(digit)] as const),
  ...DIGITS.map((name, digit) => [name, String(digit)] as const),
  ...['star', 'asterisk'].map((name) => [name, '*'] as const),
  ...['pound', 'hash'].map((name) => [name, '#'] as const),
]);
const AROUND_KEY_NAMES = new Set([
  'press',
  'pressing',
  'number',
  'option',
  'key',
  'the',
  'i',
  'its',
]);

/**
 * The one option whose words were said; `null` if there is none, or more than one.
 *
 * Words are heard as whole words, longer phrases before shorter ones within them, and not where
 * they are negated in the same clause: “not really interested” is not `interested`, “uninterested”
 * neither. “No, not interested” still is `not interested`.
 */
export function spokenChoice(options: Options, speech: string): string | null {
  const phrases = phrasesOf(options);
  const values = clausesOf(speech).flatMap((clause) => choicesIn(clause, phrases));
  const [value = null, ...others] = new Set(values);
  return others.length === 0 ? value : null;
}

/** The key that was named instead of pressed, if nothing else was said: “one”, “press 1”. */
export function spokenKey(speech: string): string | null {
  const [name, ...others] = wordsOf(speech).filter((word) => !AROUND_KEY_NAMES.has(word));
  return others.length === 0 ? (KEY_NAMES.get(name ?? '') ?? null) : null;
}

interface OptionPhrase {
  readonly words: readonly string[];
  readonly value: string;
}

/** What can be said for an option, longest first. */
function phrasesOf(options: Options): OptionPhrase[] {
  return options
    .flatMap(({ value, words }) => words.map((text) => ({ words: wordsOf(text), value })))
    .filter(({ words }) => words.length > 0)
    .sort((a, b) => b.words.length - a.words.length);
}

function choicesIn(clause: readonly string[], phrases: readonly OptionPhrase[]): string[] {
  const free = clause.map(() => true);
  const values: string[] = [];
  for (const { words, value } of phrases) {
    for (let start = 0; start + words.length <= clause.length; start += 1) {
      const isSaid = words.every((word, at) => clause[start + at] === word && free[start + at]);
      if (!isSaid) continue;
      free.fill(false, start, start + words.length);
      if (!isNegated(clause, start, words)) values.push(value);
    }
  }
  return values;
}

/** A phrase that says no itself, such as `not interested`, is not turned around by another no. */
function isNegated(clause: readonly string[], start: number, phrase: readonly string[]): boolean {
  const [first = ''] = phrase;
  if (phrase.length > 1 && (first === 'no' || NEGATIONS.has(first))) return false;
  const before = clause.slice(Math.max(0, start - NEGATION_REACH), start);
  return before.at(-1) === 'no' || before.some((word) => NEGATIONS.has(word));
}
