import { type ConsentHeld, givenAtMs, isInFuture } from './consent-held.js';
import { blockingLists, findDnc } from './dnc-finding.js';
import { DEFAULT_DNC_RULES } from './dnc-matrix.js';
import {
  type ConsentEvidence,
  type EligibilityChecks,
  type LeadEvent,
  type PhoneFacts,
  type Verdict,
} from './lead.events.js';

/**
 * Version of the rules below; recorded with every decision. 2: consent that was taken back does not
 * count, whatever else is right with it, until it is given again (CO-8). 3: a suppression may bind
 * a brand (CO-4), and what do-not-call lists mean is the tenant's matrix (CO-5). 4: of all evidence
 * that of the latest consent counts, and none that came before consent was taken back.
 */
export const ELIGIBILITY_POLICY_VERSION = 4;

/** Line types nobody may dial for marketing, or that consumers do not answer (semantics §3.1). */
const UNDIALABLE_KINDS: ReadonlySet<string> = new Set(['PREMIUM_RATE', 'TOLL_FREE', 'UAN']);
const DAY_MS = 24 * 60 * 60 * 1000;

/** What eligibility is decided on. */
export interface EligibilityFacts extends ConsentHeld {
  readonly phone: PhoneFacts;
  /** When consent was taken back last (ISO-8601); `null` if it never was. */
  readonly consentRevokedAt: string | null;
  readonly checks: EligibilityChecks;
  readonly assessedAt: string;
}

/** Whether a lead may be dialed, with every reason why not. Fails closed (CO-1, CO-4, CO-5). */
export function judge(facts: EligibilityFacts): Verdict {
  const { phone, consent, checks, assessedAt } = facts;
  const revoked = isRevoked(facts);
  const rules = checks.dncRules ?? DEFAULT_DNC_RULES;
  const dncFinding = findDnc(checks.dnc, rules, revoked ? null : consent);
  const reasons = [
    ...(revoked
      ? ['consent_revoked']
      : consentReasons(consent, checks.consentMaxAgeDays, assessedAt)),
    ...phoneReasons(phone, checks),
    ...suppressionReasons(checks),
    ...(checks.dnc.outcome === 'failed' ? ['dnc_check_failed'] : []),
    ...blockingLists(dncFinding).map((list) => LIST_REASONS[list] ?? `dnc_${list}`),
  ];
  return { eligible: reasons.length === 0, reasons, checks, dncFinding };
}

/** A verdict on a lead received before, as the event that states it. */
export function found(
  leadId: string,
  { eligible, reasons, ...rest }: Verdict,
  assessedAt: string,
): LeadEvent {
  return eligible
    ? { type: 'LeadFoundEligible', data: { leadId, ...rest, assessedAt } }
    : { type: 'LeadFoundIneligible', data: { leadId, reasons, ...rest, assessedAt } };
}

/**
 * Whether consent was taken back and not given again. When it was given counts, not when it
 * arrived: evidence of a consent given before the consumer opted out may come in long after.
 */
export function isRevoked({
  consentRevokedAt,
  ...held
}: ConsentHeld & Pick<EligibilityFacts, 'consentRevokedAt'>): boolean {
  if (consentRevokedAt === null) return false;
  return !(givenAtMs(held) > Date.parse(consentRevokedAt));
}

function consentReasons(
  consent: ConsentEvidence | null,
  maxAgeDays: number,
  assessedAt: string,
): string[] {
  if (consent === null) return ['consent_missing'];
  if (consent.problems.length > 0) {
    return consent.problems.map((problem) => `consent_incomplete:${problem}`);
  }
  if (isInFuture(consent, assessedAt)) return ['consent_in_future'];
  const ageMs = Date.parse(assessedAt) - Date.parse(consent.timestamp ?? '');
  return ageMs > maxAgeDays * DAY_MS ? ['consent_too_old'] : [];
}

/**
 * A number outside every assigned range is kept but not dialed, except in a sandbox, where the
 * fictitious numbers of examples must work.
 */
function phoneReasons(phone: PhoneFacts, checks: EligibilityChecks): string[] {
  const reasons: string[] = [];
  if (phone.country !== null && !checks.countries.includes(phone.country)) {
    reasons.push('country_not_allowed');
  }
  if (!phone.valid && checks.tenantMode === 'live') reasons.push('phone_not_valid');
  if (phone.kind !== null && UNDIALABLE_KINDS.has(phone.kind)) {
    reasons.push('phone_type_not_dialable');
  }
  return reasons;
}

/** Whoever binds only a brand is told apart, since leads of others may still be called (CO-4). */
function suppressionReasons({
  suppressionEntryId,
  suppressionScope,
}: Pick<EligibilityChecks, 'suppressionEntryId' | 'suppressionScope'>): string[] {
  if (suppressionEntryId === null) return [];
  return [suppressionScope === 'brand' ? 'suppressed_for_brand' : 'suppressed'];
}

const LIST_REASONS: Readonly<Record<string, string>> = {
  litigator: 'litigator',
  reassigned: 'reassigned',
};
