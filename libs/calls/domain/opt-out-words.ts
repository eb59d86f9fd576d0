import { OPT_OUT_PHRASES, type OptOutPhrase } from './opt-out-phrases.js';

/**
 * Words that opt out wherever they are said: those that the law takes for a revocation by
 * themselves (47 CFR 64.1200(a)(10)), in the forms they are spoken in. Not `ended` or `cancelled`,
 * which are said of policies.
 */
const OPT_OUT_WORDS = new Set([
  ...['stop', 'quit', 'end', 'revoke', 'revoking', 'revoked', 'cancel'],
  ...['unsubscribe', 'unsubscribed', 'optout'],
]);

/**
 * The words by which somebody opts out of being called; `null` if nobody does. Takes words as
 * `wordsOf` spells them.
 *
 * Whole words and phrases of a fixed vocabulary, anywhere in what was said and whatever stands
 * around them: “bus stop insurance” opts out. To lose a lead that way is cheap; to go on with
 * somebody who said stop is not. `end` is not heard in “weekend”. Phrases are heard before single
 * words.
 */
export function optOutIn(words: readonly string[]): string | null {
  return phraseIn(words) ?? words.find((word) => OPT_OUT_WORDS.has(word)) ?? null;
}

/**
 * Whether {@link optOutIn} heard a phrase that says what is not wanted: `stop calling`, `remove
 * me`. A single word may be said of something else.
 */
export function isExplicitOptOut(words: string): boolean {
  return words.includes(' ');
}

function phraseIn(words: readonly string[]): string | null {
  for (const start of words.keys()) {
    for (const phrase of OPT_OUT_PHRASES) {
      const end = endOf(phrase, words, start);
      if (end !== null) return words.slice(start, end).join(' ');
    }
  }
  return null;
}

/** Where a phrase that begins at `start` ends; `null` if none does. */
function endOf(phrase: OptOutPhrase, words: readonly string[], start: number): number | null {
  const { first, between, through, last } = phrase;
  if (!first.has(words[start] ?? '')) return null;
  let isThrough = through === null;
  for (let at = start + 1; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (isThrough && last.has(word)) return at + 1;
    if (!between.has(word)) return null;
    isThrough ||= through?.has(word) === true;
  }
  return null;
}
