import type { ConsentDto } from './lead.dto.js';

const dayMs = 24 * 60 * 60 * 1_000;
const futureToleranceMs = 5 * 60 * 1_000;
const oldestDays = 90;

/** Why a lead may not be dialed for want of consent; empty if it may. */
export function assessConsent(consent: ConsentDto | undefined, now: Date): string[] {
  if (consent === undefined) return ['consent_missing'];
  const ageMs = now.getTime() - Date.parse(consent.consent_timestamp ?? '');
  const problems = [
    ...(Number.isNaN(ageMs) ? ['consent_incomplete:consent_timestamp'] : []),
    ...(consent.consent_text_version ? [] : ['consent_incomplete:consent_text_version']),
    ...(/^https?:\/\/\S+$/i.test(consent.source_url ?? '')
      ? []
      : ['consent_incomplete:source_url']),
  ];
  if (problems.length > 0) return problems;
  if (ageMs < -futureToleranceMs) return ['consent_in_future'];
  return ageMs > oldestDays * dayMs ? ['consent_too_old'] : [];
}
