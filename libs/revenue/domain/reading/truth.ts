import { type Parsed, problem } from './parsed.js';

const TRUE: ReadonlySet<string> = new Set(['y', 'yes', 'true', 't', '1', 'on']);
const FALSE: ReadonlySet<string> = new Set(['n', 'no', 'false', 'f', '0', 'off']);

const BILLABLE: ReadonlySet<string> = new Set([
  ...['billable', 'converted', 'sold', 'qualified', 'paid', 'approved', 'accepted'],
]);
const NOT_BILLABLE: ReadonlySet<string> = new Set([
  ...['notbillable', 'rejected', 'unqualified', 'duplicate', 'nosale', 'returned', 'chargeback'],
]);

function word(text: string): string {
  return text.toLowerCase().replace(/[_\-. ]/g, '');
}

/** Yes or no, in any of the spellings that are about. */
export function parseTruth(text: string): Parsed<boolean> {
  const said = word(text);
  if (TRUE.has(said)) return { value: true };
  return FALSE.has(said) ? { value: false } : problem('not_boolean');
}

/**
 * Whether a status, disposition or outcome says that the call is paid for. Other words, such as
 * `finished`, say nothing of it and are no mistake.
 */
export function parseStatus(text: string): Parsed<boolean> {
  const said = word(text);
  if (BILLABLE.has(said)) return { value: true };
  return NOT_BILLABLE.has(said) ? { value: false } : problem(null);
}

/** Yes, no, or a status in the place of it, as in `qualified=qualified`. */
export function parseBillable(text: string): Parsed<boolean> {
  const status = parseStatus(text);
  return 'problem' in status ? parseTruth(text) : status;
}

/** Whether a status says that the sender had the call before. */
export function saysDuplicate(text: string): boolean {
  return word(text) === 'duplicate';
}
