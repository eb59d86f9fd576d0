/**
 * Words that opt out wherever they are said: those that the law takes for a revocation by
 * themselves (47 CFR 64.1200(a)(10)), in the forms they are spoken in. Not `ended` or `cancelled`,
 * which are said of policies.
 */
const OPT_OUT_WORDS = new Set([
  ...['stop', 'quit', 'end', 'revoke', 'revoking', 'revoked', 'cancel'],
  ...['unsubscribe', 'unsubscribed', 'optout'],
]);

/** Words in order, any of `between` in between: `do not` … `ever` … `call`. */
interface Phrase {
  readonly first: ReadonlySet<string>;
  readonly between: ReadonlySet<string>;
  /** Whether something has to be in between: “take me off”, but not “I get off at five”. */
  readonly isTorn?: boolean;
  readonly last: ReadonlySet<string>;
}

const set = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const NONE: ReadonlySet<string> = new Set();

const CALLING =
  'call calls called calling contact contacted contacting dial dialing dialling phoning ring ' +
  'ringing text texting texts bother bothering disturb disturbing harass harassing solicit soliciting';
/** Said between `not` and `call`. No `have`: “I don’t have time, call me later” asks for a call. */
const BEFORE_CALLING =
  'you your ever please want wanna wish like need care to be being any more further such these those ' +
  'this that the get getting receive receiving from for us me my again anymore no people guys all keep ' +
  'even think should dare try trying continue phone sales marketing consent permission agree';
/** Said after `stop`; not `call`, which greetings say: “to stop this call, press star”. */
const BEING_CALLED =
  'calling contacting dialing dialling phoning ringing texting bothering disturbing harassing ' +
  'soliciting calls robocalls texts';
const CONSENT = 'consent consented consenting permission';
const OURS =
  'me us my our this that the phone cell mobile home number numbers name it info information';

/** Phrases that opt out. What stands in them is all that is ever quoted of speech. */
const OPT_OUT_PHRASES: readonly Phrase[] = [
  { first: set('stop quit'), between: set(BEFORE_CALLING), last: set(BEING_CALLED) },
  {
    first: set('dont not never mustnt shouldnt wouldnt'),
    between: set(BEFORE_CALLING),
    last: set(CALLING),
  },
  {
    first: set('no'),
    between: set('more further phone sales marketing robo'),
    last: set('calls calling robocalls contact texts soliciting solicitation consent permission'),
  },
  {
    first: set('dont not never'),
    between: set('you your have has had my give gave given any the our i to'),
    last: set(CONSENT),
  },
  { first: set('withdraw withdrawing withdrawn'), between: set('my our the'), last: set(CONSENT) },
  { first: set('opt opting opted'), between: set('me us my number'), last: set('out') },
  { first: set('un'), between: NONE, last: set('subscribe') },
  {
    first: set('take taking get getting keep keeping scratch strike'),
    between: set(OURS),
    isTorn: true,
    last: set('off out'),
  },
  {
    first: set('remove removing delete erase lose forget block'),
    between: set('my our this that the phone cell mobile home'),
    last: set('me us number numbers name info information'),
  },
  {
    first: set('off'),
    between: set('of your the this that all any call calling calls contact phone marketing'),
    last: set('list lists database'),
  },
  { first: set('leave leaving'), between: set('me us'), last: set('alone') },
];

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
function endOf(phrase: Phrase, words: readonly string[], start: number): number | null {
  const { first, between, isTorn = false, last } = phrase;
  if (!first.has(words[start] ?? '')) return null;
  for (let at = start + 1; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (last.has(word)) return isTorn && at === start + 1 ? null : at + 1;
    if (!between.has(word)) return null;
  }
  return null;
}
