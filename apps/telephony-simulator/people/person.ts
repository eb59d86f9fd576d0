/**
 * What somebody does when asked something: presses a key, speaks, says nothing, or hangs up; or
 * does so right after speaking, while the application is told what was said.
 */
export type Reply =
  | { readonly digits: string }
  | { readonly speech: string; readonly thenHangsUp?: boolean }
  | 'silence'
  | 'hang_up';

/** Whoever, or whatever, is behind a number. All times in seconds of the simulated world. */
export interface Person {
  /** What happens when the number is dialed. */
  readonly line: 'answers' | 'busy' | 'no_answer' | 'unreachable';
  /** What answers. */
  readonly kind: 'human' | 'machine' | 'fax';
  /** How long it rings before the call is answered. */
  readonly ringSeconds: number;
  /**
   * Replies to one question after another; the last one is given from then on. A machine’s first
   * one is its greeting, which it says whether it is asked or not.
   */
  readonly replies: readonly Reply[];
  /**
   * How long they listen before they reply, even into the middle of a text; nobody hears them there
   * unless an answer is waited for. `null`: they let others finish.
   */
  readonly cutsInAfterSeconds: number | null;
  /** How long they wait for music to end, or for a silent line to speak, before they hang up. */
  readonly patienceSeconds: number;
  /** From the least to the most they talk to another person before they hang up. */
  readonly talkSeconds: readonly [number, number];
  /**
   * Of the destinations a consumer is transferred to, the first is busy: the first call that shows
   * the consumer's number as its caller, counted from the last call to the consumer.
   */
  readonly firstDestinationBusy: boolean;
}

/** Somebody friendly who answers, agrees to everything and talks two minutes or so. */
export const QUALIFIED: Person = {
  line: 'answers',
  kind: 'human',
  ringSeconds: 4,
  replies: [{ digits: '1' }],
  cutsInAfterSeconds: null,
  patienceSeconds: 180,
  talkSeconds: [45, 260],
  firstDestinationBusy: false,
};

/** Somebody at work at a buyer: answers at the first ring, listens, accepts, and has time. */
export const AGENT: Person = {
  ...QUALIFIED,
  ringSeconds: 2,
  patienceSeconds: 60,
  talkSeconds: [90, 600],
};

/** What mailboxes say, some of it like an answer to whatever was asked. */
export const GREETINGS = [
  'You have reached the mailbox of five five five, zero one zero one. Please leave a message.',
  'Yes, hello?',
  'Yes, hello, you have reached the Miller family. Leave your name after the tone.',
  'Sorry, no one is available to take your call. Please leave a message after the tone.',
  'No one is home.',
  'We cannot come to the phone right now. Please try again later.',
  'Try later.',
  'To cancel, press star. To leave a message, stay on the line.',
  'The person you are calling is not interested in voice mail. Please send a text message.',
] as const;

/** A mailbox that begins to speak a second after it was reached, whoever speaks then. */
export function machineSaying(greeting: string): Person {
  const replies: readonly Reply[] = [{ speech: greeting }, 'silence'];
  return { ...QUALIFIED, kind: 'machine', replies, cutsInAfterSeconds: 1 };
}

const MACHINE = machineSaying(GREETINGS[0]);
const NO_ANSWER: Person = { ...QUALIFIED, line: 'no_answer' };
const BUSY: Person = { ...QUALIFIED, line: 'busy' };
const DISQUALIFIED: Person = { ...QUALIFIED, replies: [{ digits: '2' }] };
const OPTS_OUT: Person = { ...QUALIFIED, replies: [{ speech: 'stop calling' }, 'silence'] };
const CUTS_IN: Person = { ...QUALIFIED, replies: [{ digits: '9' }], cutsInAfterSeconds: 2 };
const STORMS_OFF: Person = {
  ...QUALIFIED,
  replies: [{ speech: 'stop calling me', thenHangsUp: true }],
};
const FIRST_BUSY: Person = { ...QUALIFIED, firstDestinationBusy: true };

/** Numbers that always behave the same, whatever the seed. */
export const FIXED_PEOPLE: ReadonlyMap<string, Person> = new Map([
  ['+15125550100', QUALIFIED],
  ['+15125550101', MACHINE],
  ['+15125550102', NO_ANSWER],
  ['+15125550103', BUSY],
  ['+15125550104', OPTS_OUT],
  ['+15125550105', DISQUALIFIED],
  ['+15125550106', FIRST_BUSY],
  ['+15125550107', CUTS_IN],
  ['+15125550108', STORMS_OFF],
]);

/** Kinds of people behind all other numbers. */
export const TEMPERS = {
  qualified: QUALIFIED,
  no_answer: NO_ANSWER,
  machine: MACHINE,
  disqualified: DISQUALIFIED,
  busy: BUSY,
  silent: { ...QUALIFIED, replies: ['silence'] },
  hangs_up: { ...QUALIFIED, replies: [{ digits: '1' }, 'hang_up'] },
  opts_out: OPTS_OUT,
  unreachable: { ...QUALIFIED, line: 'unreachable' },
} as const satisfies Readonly<Record<string, Person>>;

/** How many of all people are of each kind. */
export const TEMPER_SHARES: Readonly<Record<keyof typeof TEMPERS, number>> = {
  qualified: 0.62,
  no_answer: 0.11,
  machine: 0.08,
  disqualified: 0.08,
  busy: 0.04,
  silent: 0.03,
  hangs_up: 0.02,
  opts_out: 0.01,
  unreachable: 0.01,
};
