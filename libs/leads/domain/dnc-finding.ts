import { isLocked } from './dnc-matrix.js';
import {
  DNC_LISTS,
  type DncFinding,
  type DncList,
  type DncRules,
  type ListVerdict,
} from './dnc-rules.events.js';
import { type ConsentEvidence, type DncAnswer } from './lead.events.js';

/**
 * Whether a lead carries prior express written consent as far as its evidence goes: when, to which
 * text, on which page. How old it may be, and whether it was taken back, is judged apart.
 */
export function hasWrittenConsent(consent: ConsentEvidence | null): boolean {
  if (consent === null || consent.problems.length > 0) return false;
  return consent.timestamp !== null && consent.textVersion !== null && consent.hasSourceUrl;
}

/**
 * What a do-not-call answer means for a lead, list by list; `null` where nobody answered. The same
 * at receipt, right before a dial and right before a transfer (CO-5, CO-14).
 */
export function findDnc(
  { outcome, lists }: DncAnswer,
  rules: DncRules,
  consent: ConsentEvidence | null,
): DncFinding | null {
  if (outcome === 'not_checked' || outcome === 'failed') return null;
  const writtenConsent = hasWrittenConsent(consent);
  const on = new Set(lists);
  const named = [...new Set([...DNC_LISTS, ...lists])];
  const answers = named.map((list): [string, ListVerdict] => [
    list,
    on.has(list) ? verdictOn(list, rules, writtenConsent) : 'clear',
  ]);
  return { rulesVersion: rules.version, writtenConsent, answers: Object.fromEntries(answers) };
}

/** The lists that forbid to call; none where nobody answered. */
export function blockingLists(finding: DncFinding | null): string[] {
  const answers = Object.entries(finding?.answers ?? {});
  return answers.flatMap(([list, verdict]) => (verdict === 'blocked' ? [list] : []));
}

/** A list nobody knows blocks, and so do those that no setting may loosen, whatever was stored. */
function verdictOn(list: string, { matrix }: DncRules, writtenConsent: boolean): ListVerdict {
  if (!isKnown(list) || isLocked(list)) return 'blocked';
  switch (matrix[list]) {
    case 'allow':
      return 'allowed';
    case 'allow_with_written_consent':
      return writtenConsent ? 'allowed_by_written_consent' : 'blocked';
    case 'block':
      return 'blocked';
  }
}

function isKnown(list: string): list is DncList {
  return DNC_LISTS.some((known) => known === list);
}
