import type { LeadEvent, SuppressionEvent } from '#libs/leads';

type Of<Event extends { type: string; data: unknown }, Type extends Event['type']> = Extract<
  Event,
  { type: Type }
>;
type Data<Event extends { type: string; data: unknown }, Type extends Event['type']> = Of<
  Event,
  Type
>['data'];

const checks: Data<LeadEvent, 'LeadFoundEligible'>['checks'] = {
  policyVersion: 2,
  tenantMode: 'live',
  countries: ['US'],
  consentMaxAgeDays: 90,
  suppressionEntryId: null,
  suppressionScope: null,
  dnc: { outcome: 'not_checked', lists: [], checkedAt: null, listVersion: null },
  dncRules: null,
};

/** What was found at receipt: eligible, unless there are reasons why not. */
export const aVerdict = (...reasons: string[]): Data<LeadEvent, 'LeadReceived'>['verdict'] => ({
  eligible: reasons.length === 0,
  reasons,
  checks,
  dncFinding: null,
});

/** An eligible lead with valid defaults, so that a spec states only what matters. */
export const leadReceived = (
  data: Partial<Data<LeadEvent, 'LeadReceived'>> = {},
): Of<LeadEvent, 'LeadReceived'> => ({
  type: 'LeadReceived',
  data: {
    leadId: 'lead-1',
    ordinal: 0,
    mode: 'live',
    phoneHash: 'phone-1',
    phone: {
      country: 'US',
      valid: true,
      kind: 'MOBILE',
      areaCode: '512',
      hasExtension: false,
      libraryVersion: '1',
    },
    source: 'my-webform',
    channel: 'api',
    apiKeyId: 'key-1',
    state: 'TX',
    country: null,
    campaign: {},
    consent: null,
    warnings: [],
    keyId: 'data-key-1',
    personal: 'v1.data-key-1.sealed',
    receivedAt: '2026-01-05T11:59:59.000Z',
    verdict: aVerdict(),
    ...data,
  },
});

/** Judged anew, every check passed. */
export const leadFoundEligible = (leadId = 'lead-1'): Of<LeadEvent, 'LeadFoundEligible'> => ({
  type: 'LeadFoundEligible',
  data: { leadId, checks, dncFinding: null, assessedAt: '2026-01-05T12:00:00.000Z' },
});

/** Judged anew, some checks failed. */
export const leadFoundIneligible = (
  reasons: string[],
  leadId = 'lead-1',
): Of<LeadEvent, 'LeadFoundIneligible'> => ({
  type: 'LeadFoundIneligible',
  data: { leadId, reasons, checks, dncFinding: null, assessedAt: '2026-01-05T12:00:00.000Z' },
});

/** The phone was submitted again, at an instant. */
export const leadDeduplicated = (
  submittedAt: string,
  leadId = 'lead-1',
): Of<LeadEvent, 'LeadDeduplicated'> => ({
  type: 'LeadDeduplicated',
  data: {
    leadId,
    phoneHash: 'phone-1',
    source: null,
    channel: 'csv',
    apiKeyId: null,
    submittedAt,
    windowEndsAt: '2026-02-04T12:00:00.000Z',
  },
});

/** Evidence of consent came after the lead. */
export const consentRecorded = (leadId = 'lead-1'): Of<LeadEvent, 'ConsentRecorded'> => ({
  type: 'ConsentRecorded',
  data: {
    leadId,
    consent: {
      timestamp: '2026-01-05T12:00:00.000Z',
      textVersion: 'v2',
      hasSourceUrl: true,
      problems: [],
    },
    personal: 'v1.data-key-1.page',
    apiKeyId: 'key-1',
    recordedAt: '2026-01-06T12:00:00.000Z',
  },
});

/** The consumer opted out on the phone. */
export const consentRevoked = (leadId = 'lead-1'): Of<LeadEvent, 'ConsentRevoked'> => ({
  type: 'ConsentRevoked',
  data: {
    ...{ leadId, channel: 'call', words: 'stop', callId: 'call-1' },
    ...{ revocationScope: 'all', revokedAt: '2026-01-07T12:00:00.000Z' },
  },
});

/** An entry of a suppression list. */
export const numberSuppressed = (
  data: Partial<Data<SuppressionEvent, 'NumberSuppressed'>> = {},
): Of<SuppressionEvent, 'NumberSuppressed'> => ({
  type: 'NumberSuppressed',
  data: {
    entryId: 'phone-1',
    kind: 'number',
    phoneHash: 'phone-1',
    prefix: null,
    reason: 'opted_out',
    source: null,
    scope: 'tenant',
    scopeName: null,
    expiresAt: null,
    personal: 'v1.data-key-2.number',
    suppressedAt: '2026-01-05T12:00:00.000Z',
    ...data,
  },
});
