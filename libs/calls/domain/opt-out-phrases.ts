/**
 * Words in order, any of `between` in between: `do not` … `ever` … `call`. What stands in a phrase
 * is all that is ever quoted of speech, so no word of it tells anything of anybody.
 */
export interface OptOutPhrase {
  readonly first: ReadonlySet<string>;
  readonly between: ReadonlySet<string>;
  /** One of these has to be in between: “take me off”, but not “I get off at five”. */
  readonly through: ReadonlySet<string> | null;
  readonly last: ReadonlySet<string>;
}

/** A phrase as it is written down here: words with blanks between them. */
interface Wording {
  readonly first: string;
  readonly between?: string;
  readonly through?: string;
  readonly last: string;
}

const NOT = 'dont not never mustnt shouldnt wouldnt neednt aint refuse object forbid';
const CALLING =
  'call calls called calling contact contacted contacting dial dialing dialling phoning ring ' +
  'ringing text texting texts bother bothering disturb disturbing harass harassing solicit ' +
  'soliciting pester pestering spam spamming hound hounding';
/** Said between `not` and `call`. No `have`: “I don’t have time, call me later” asks for a call. */
const BEFORE_CALLING =
  'you your ever please want wanna wish like need care to be being any more further such these ' +
  'those this that the get getting receive receiving from for us me my again anymore no people guys ' +
  'all keep even think should dare try trying continue phone sales marketing consent permission ' +
  'agree another anybody anyone nobody authorize authorise';
/** Said after `stop`; not `call`, which greetings say: “to stop this call, press star”. */
const BEING_CALLED =
  'calling contacting dialing dialling phoning ringing texting bothering disturbing harassing ' +
  'soliciting pestering spamming hounding calls robocalls texts';
/** Only said with `be` before: who is “not bothered” does not mind. */
const DISTURBED = 'bothered disturbed harassed pestered hounded solicited phoned dialed texted';
const ASKED = 'ask asked request requested sign signed agree agreed';
const CONSENT = 'consent consented consenting permission';
const RECEIVED = 'calls calling robocalls texts';
const TALK = 'contact communication communications';
const OURS =
  'me us my our this that the phone cell mobile home number numbers name it info information';
const OUR_DATA = 'number numbers name info information data details';
const OF_OURS = 'my our this that the phone cell mobile home';
const LISTED =
  'of from your the this that all any call calling calls contact phone marketing mailing';
const LISTS = 'list lists database';

/** Who does not want to be called. */
const UNWANTED: readonly Wording[] = [
  { first: NOT, between: BEFORE_CALLING, last: CALLING },
  {
    first: 'stop quit cease discontinue halt',
    between: BEFORE_CALLING,
    last: `${BEING_CALLED} ${TALK}`,
  },
  { first: 'cease', between: 'and', last: 'desist' },
  { first: 'no', between: `${BEFORE_CALLING} longer`, through: 'longer', last: CALLING },
  {
    first: 'no',
    between: 'more further phone sales marketing robo',
    last: `calls calling robocalls texts ${TALK} soliciting solicitation solicitors`,
  },
  {
    first: 'no',
    between: 'more further of your these those such',
    through: 'more further',
    last: BEING_CALLED,
  },
  { first: `${NOT} no`, between: `${BEFORE_CALLING} longer`, through: 'be', last: DISTURBED },
  {
    first: `${NOT} no`,
    between: 'longer interested in getting receiving any more of your these those the phone sales',
    through: 'in',
    last: RECEIVED,
  },
  { first: 'enough', between: 'with of the these those your phone sales', last: RECEIVED },
  {
    first: 'done sick tired fed',
    between: 'up and tired with of from getting receiving all these those your you people always',
    through: 'you your these those',
    last: RECEIVED,
  },
  // “I never hear from my agent” looks for another.
  {
    first: NOT,
    between: 'ever want wanna wish care need to hear',
    through: 'want wanna wish care need',
    last: 'from',
  },
  { first: NOT, between: 'ever hear from you your people', through: 'from', last: 'again' },
  { first: 'rather prefer', between: 'you if that didnt', through: 'didnt', last: CALLING },
  { first: 'nobody', between: 'should to ever', through: 'should to', last: CALLING },
  { first: 'if', between: 'you ever people guys dare', through: 'ever dare', last: CALLING },
];

/** Who does not want to be written to, or called by a word that is another thing, too. */
const UNREACHED: readonly Wording[] = [
  // As a verb: “that’s not my phone” says nothing of calls.
  { first: NOT, between: 'you to ever please again dare try', last: 'phone' },
  {
    first: NOT,
    between: 'you to ever please again dare try want wanna wish need people phone email message',
    through: 'phone email message',
    last: 'me us',
  },
  {
    first: NOT,
    between:
      'you to ever please again want need people send sending me us any more a of your these',
    through: 'send sending',
    last: 'text texts message messages',
  },
  { first: NOT, between: 'you to ever please want need reach', through: 'reach', last: 'out' },
];

/** Who says that they may not be called. */
const FORBIDDEN: readonly Wording[] = [
  // “I am not allowed calls at work” tells when to call.
  {
    first: `${NOT} arent`,
    between: 'allowed supposed permitted authorized authorised welcome to be you',
    through: 'to',
    last: CALLING,
  },
  { first: 'you', between: 'cant cannot', through: 'cant cannot', last: CALLING },
  {
    first: 'no',
    between: 'right business reason need to be for you',
    through: 'right business reason need',
    last: CALLING,
  },
  {
    first: 'didnt never not',
    between: `${ASKED} up for to you be get any a the these your phone sales`,
    through: ASKED,
    last: CALLING,
  },
  { first: 'this thats its', between: 'is just pure plain nothing but', last: 'harassment' },
];

/** Who takes consent back, or gave none. */
const UNCONSENTED: readonly Wording[] = [
  { first: 'no', last: CONSENT },
  {
    first: 'dont not never didnt havent aint',
    between: 'you your have has had my give gave given got any the our i to',
    last: CONSENT,
  },
  { first: 'no', between: 'longer give you your have my', through: 'longer', last: CONSENT },
  { first: RECEIVED, between: 'me us here without my our any', through: 'without', last: CONSENT },
  {
    first:
      'withdraw withdrawing withdrawn withdrew rescind rescinding retract retracting deny refuse',
    between: 'my our the',
    last: CONSENT,
  },
  // “Take back my consent”, “take my consent back”.
  { first: 'take taking took', between: 'back away my our the', last: CONSENT },
  { first: CONSENT, between: 'is has been hereby', last: 'withdrawn rescinded retracted' },
  { first: 'opt opting opted', between: 'me us my number', last: 'out' },
  { first: 'un', last: 'subscribe' },
];

/** Who wants to be on no list, or on the right one. */
const UNLISTED: readonly Wording[] = [
  {
    first: 'take taking get getting keep keeping scratch strike',
    between: OURS,
    through: OURS,
    last: 'off out',
  },
  {
    first: 'remove removing delete deleting erase lose forget block scrub',
    between: OF_OURS,
    last: `me us ${OUR_DATA}`,
  },
  { first: 'rid', between: `of ${OF_OURS}`, last: OUR_DATA },
  // “I was removed from my parents’ policy” says nothing of calls.
  { first: 'to', between: 'be get', through: 'be get', last: 'removed deleted' },
  { first: 'to', between: 'be get taken', through: 'taken', last: 'off out' },
  { first: OUR_DATA, between: 'to be get should must', last: 'removed deleted erased' },
  { first: 'number numbers', between: 'to be get taken', through: 'taken', last: 'off out' },
  {
    first: 'remove removed removal removing delete deleted',
    between: `${OURS} ${LISTED}`,
    through: 'from',
    last: LISTS,
  },
  { first: 'off', between: LISTED, last: LISTS },
  // “No, call me tomorrow” asks for a call.
  {
    first: 'no',
    between: 'call calls calling contact phone',
    through: 'call calls calling contact',
    last: `${LISTS} registry`,
  },
  { first: 'dnc', last: `${LISTS} registry` },
  { first: 'put add', between: `${OURS} on to your`, through: 'on to', last: 'dnc' },
];

/** Who wants to be left in peace. */
const LEFT: readonly Wording[] = [
  {
    first: 'leave leaving',
    between: 'me us him her my our the family house home wife husband mother father mom dad',
    last: 'alone',
  },
  { first: 'leave', between: 'me us in', through: 'me us', last: 'be peace' },
  { first: 'knock cut', between: 'it that this', through: 'it that this', last: 'off out' },
  { first: 'fuck piss bugger buzz bug screw', last: 'off' },
];

/** What people say who want no more calls. */
export const OPT_OUT_PHRASES: readonly OptOutPhrase[] = [
  ...[...UNWANTED, ...UNREACHED, ...FORBIDDEN, ...UNCONSENTED, ...UNLISTED, ...LEFT],
].map(({ first, between = '', through, last }) => ({
  ...{ first: wordsIn(first), between: wordsIn(between), last: wordsIn(last) },
  through: through === undefined ? null : wordsIn(through),
}));

function wordsIn(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}
