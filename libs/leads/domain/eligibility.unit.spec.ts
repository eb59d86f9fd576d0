import { describe, expect, it } from '@jest/globals';
import { type EligibilityFacts, found, judge } from './eligibility.js';
import { aConsent, aPhone, RECEIVED_AT, someChecks } from './lead.fixtures.js';
import { DEFAULT_DNC_RULES } from './dnc-matrix.js';
import { type DncRules } from './dnc-rules.events.js';
import { type DncAnswer } from './lead.events.js';

const facts = (overrides: Partial<EligibilityFacts> = {}): EligibilityFacts => ({
  phone: aPhone(),
  consent: aConsent(),
  consentArrivedAt: RECEIVED_AT,
  consentRevokedAt: null,
  checks: someChecks(),
  assessedAt: RECEIVED_AT,
  ...overrides,
});
/** National is loosened by written consent, nothing else is. */
const loosened: DncRules = {
  version: 3,
  matrix: { ...DEFAULT_DNC_RULES.matrix, national: 'allow_with_written_consent' },
};
const listedAs = (...lists: string[]) =>
  someChecks({ dnc: dnc({ outcome: 'listed', lists }), dncRules: loosened });
const dnc = (overrides: Partial<DncAnswer>): DncAnswer => ({
  outcome: 'clear',
  lists: [],
  checkedAt: RECEIVED_AT,
  listVersion: null,
  ...overrides,
});

describe('eligibility', () => {
  it('is found when every check passes, and records what it rested on', () => {
    const rest = { checks: someChecks(), dncFinding: null };
    expect(judge(facts())).toEqual({ eligible: true, reasons: [], ...rest });
  });

  it('names the version of what lists meant, and the answer for each', () => {
    expect(judge(facts({ checks: listedAs('national', 'state') })).dncFinding).toEqual({
      ...{ rulesVersion: 3, writtenConsent: true },
      answers: {
        ...{ national: 'allowed_by_written_consent', state: 'blocked', internal: 'clear' },
        ...{ litigator: 'clear', wireless: 'clear', reassigned: 'clear' },
      },
    });
  });

  it('is stated by an event of its own when a lead is judged anew', () => {
    const rest = {
      ...{ leadId: 'lead', checks: someChecks(), dncFinding: null, assessedAt: RECEIVED_AT },
    };
    expect(found('lead', judge(facts()), RECEIVED_AT)).toEqual({
      type: 'LeadFoundEligible',
      data: rest,
    });
    expect(found('lead', judge(facts({ consent: null })), RECEIVED_AT)).toEqual({
      type: 'LeadFoundIneligible',
      data: { ...rest, reasons: ['consent_missing'] },
    });
  });

  it.each<[string, Partial<EligibilityFacts>, string[]]>([
    ['no consent', { consent: null }, ['consent_missing']],
    [
      'incomplete consent',
      { consent: aConsent({ problems: ['source_url_missing', 'consent_timestamp_invalid'] }) },
      ['consent_incomplete:source_url_missing', 'consent_incomplete:consent_timestamp_invalid'],
    ],
    [
      'consent from the future',
      { consent: aConsent({ timestamp: '2026-10-10T12:05:00.001Z' }) },
      ['consent_in_future'],
    ],
    ['revoked consent', { consentRevokedAt: RECEIVED_AT }, ['consent_revoked']],
    [
      'no consent at all, and revoked',
      { consent: null, consentRevokedAt: RECEIVED_AT },
      ['consent_revoked'],
    ],
    [
      'consent given at the very instant it was revoked',
      { consentRevokedAt: '2026-10-10T11:59:00.000Z' },
      ['consent_revoked'],
    ],
    [
      'consent without a time after a revocation',
      { consent: aConsent({ timestamp: null }), consentRevokedAt: RECEIVED_AT },
      ['consent_revoked'],
    ],
    ['consent without a time', { consent: aConsent({ timestamp: null }) }, ['consent_in_future']],
    [
      'consent older than the tenant accepts',
      { consent: aConsent({ timestamp: '2026-07-12T11:59:59.999Z' }) },
      ['consent_too_old'],
    ],
    ['a number that cannot be', { phone: aPhone({ valid: false }) }, ['phone_not_valid']],
    ['a toll-free number', { phone: aPhone({ kind: 'TOLL_FREE' }) }, ['phone_type_not_dialable']],
    ['a premium number', { phone: aPhone({ kind: 'PREMIUM_RATE' }) }, ['phone_type_not_dialable']],
    ['a Canadian number', { phone: aPhone({ country: 'CA' }) }, ['country_not_allowed']],
    ['a suppressed number', { checks: someChecks({ suppressionEntryId: 'x' }) }, ['suppressed']],
    [
      'a number on lists',
      { checks: someChecks({ dnc: dnc({ outcome: 'listed', lists: ['national', 'litigator'] }) }) },
      ['dnc_national', 'litigator'],
    ],
    [
      'a list that consent does not loosen',
      { checks: listedAs('national', 'internal') },
      ['dnc_internal'],
    ],
    [
      'a list that consent loosens, and none that counts any more',
      { checks: listedAs('national'), consentRevokedAt: RECEIVED_AT },
      ['consent_revoked', 'dnc_national'],
    ],
    [
      'consent that is said to be of after it was revoked, though it came before',
      {
        consent: aConsent({ timestamp: '2026-10-10T12:04:00.000Z' }),
        consentRevokedAt: '2026-10-10T12:01:00.000Z',
      },
      ['consent_revoked'],
    ],
    [
      'a brand',
      { checks: someChecks({ suppressionEntryId: 'x', suppressionScope: 'brand' }) },
      ['suppressed_for_brand'],
    ],
    [
      'a provider that failed',
      { checks: someChecks({ dnc: dnc({ outcome: 'failed' }) }) },
      ['dnc_check_failed'],
    ],
    [
      'everything at once',
      {
        consent: null,
        phone: aPhone({ valid: false }),
        checks: someChecks({ suppressionEntryId: 'x' }),
      },
      ['consent_missing', 'phone_not_valid', 'suppressed'],
    ],
  ])('is refused for %s', (_, overrides, reasons) => {
    expect(judge(facts(overrides))).toMatchObject({ eligible: false, reasons });
  });

  it.each<[string, Partial<EligibilityFacts>]>([
    [
      'consent five minutes ahead',
      { consent: aConsent({ timestamp: '2026-10-10T12:05:00.000Z' }) },
    ],
    ['consent of the oldest age', { consent: aConsent({ timestamp: '2026-07-12T12:00:00.000Z' }) }],
    ['consent given again after it was revoked', { consentRevokedAt: '2026-10-10T11:58:59.999Z' }],
    ['a list that its written consent loosens', { checks: listedAs('national') }],
    ['no do-not-call provider', { checks: someChecks() }],
    ['a country that could not be told', { phone: aPhone({ country: null }) }],
    [
      'a fictitious number in a sandbox',
      { phone: aPhone({ valid: false }), checks: someChecks({ tenantMode: 'sandbox' }) },
    ],
  ])('is not refused for %s', (_, overrides) => {
    expect(judge(facts(overrides))).toMatchObject({ eligible: true, reasons: [] });
  });
});
