import {
  type Attempt,
  attempts,
  type Parsed,
  type Picked,
  pickFirst,
  problem,
  type SentValue,
} from './parsed.js';

/** What a text is as a phone number, as the caller of this context can tell. */
export type PhoneReading =
  { readonly e164: string } | { readonly problem: 'unparseable' | 'anonymous' };

/** What carriers send where a number is withheld (semantics §3.1, rule 2), without a plus. */
const WITHHELD: ReadonlySet<string> = new Set([
  ...['anonymous', 'unknown', 'restricted', 'private', 'blocked', 'unavailable', 'withheld'],
  ...['266696687', '7378742833', '2562533', '8656696', '86282452253', '464'],
]);

/** A number as most reports have it: there is nothing to take off. */
const DIGITS = /^\+?\d+$/;

/**
 * Whether a value stands for a withheld number. Asked first, for `7378742833` is a number in
 * Austin, too.
 */
export function isWithheld(text: string): boolean {
  if (DIGITS.test(text)) return WITHHELD.has(text.replace('+', ''));
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/^sips?:/, '')
    .replace(/@.*$/s, '');
  return WITHHELD.has(bare.replace(/^\+/, ''));
}

/** Who called, and why nobody knows if so. */
export interface ReadCaller extends Picked<string> {
  readonly problem: 'missing' | 'unparseable' | 'anonymous' | null;
}

/**
 * The caller’s number: the first of the fields that is one. `ifPhone` are names that mean something
 * else in other platforms’ reports, e.g. `cid`: what is no number there is no mistake.
 */
export function readCaller(
  sent: readonly SentValue[],
  ifPhone: readonly SentValue[],
  normalisePhone: (text: string) => PhoneReading,
): ReadCaller {
  const parse = (text: string): Parsed<string> => phoneOf(text, normalisePhone);
  const tries: Attempt<string>[] = [
    ...attempts(sent, parse),
    ...attempts(ifPhone, (text) => {
      const parsed = parse(text);
      return 'problem' in parsed ? problem(null) : parsed;
    }),
  ];
  const picked = pickFirst(tries);
  return { ...picked, problem: picked.value === null ? problemOf(picked) : null };
}

function phoneOf(sent: string, normalisePhone: (text: string) => PhoneReading): Parsed<string> {
  const text = outOfSpreadsheet(sent);
  if (isWithheld(text)) return problem('caller_anonymous');
  const read = normalisePhone(text);
  return 'e164' in read ? { value: read.e164 } : problem(`caller_${read.problem}`);
}

/** Without the apostrophe that marks a text in a spreadsheet, and the `.0` of a decimal number. */
function outOfSpreadsheet(text: string): string {
  if (DIGITS.test(text)) return text;
  return text.replace(/^['’]/, '').replace(/^(\+?\d{3,15})\.0+$/, '$1');
}

function problemOf({ warnings }: Picked<string>): Exclude<ReadCaller['problem'], null> {
  if (warnings.some(({ code }) => code === 'caller_anonymous')) return 'anonymous';
  return warnings.length > 0 ? 'unparseable' : 'missing';
}
