import { type ReceiveLead } from './lead.decider.js';
import { type ConsentEvidence, type EligibilityChecks, type PhoneFacts } from './lead.events.js';

/** Builders with valid defaults, for specs: a test states only what matters. */

export const RECEIVED_AT = '2026-10-10T12:00:00.000Z';

export const aConsent = (overrides: Partial<ConsentEvidence> = {}): ConsentEvidence => ({
  timestamp: '2026-10-10T11:59:00.000Z',
  textVersion: 'webform-v2',
  hasSourceUrl: true,
  problems: [],
  ...overrides,
});

export const aPhone = (overrides: Partial<PhoneFacts> = {}): PhoneFacts => ({
  country: 'US',
  valid: true,
  kind: 'FIXED_LINE_OR_MOBILE',
  areaCode: '512',
  hasExtension: false,
  libraryVersion: '1.13.16',
  ...overrides,
});

export const someChecks = (overrides: Partial<EligibilityChecks> = {}): EligibilityChecks => ({
  policyVersion: 2,
  tenantMode: 'live',
  countries: ['US'],
  consentMaxAgeDays: 90,
  suppressionEntryId: null,
  suppressionScope: null,
  dnc: { outcome: 'not_checked', lists: [], checkedAt: null, listVersion: null },
  dncRules: null,
  ...overrides,
});

export const aSubmission = (
  lead: Partial<ReceiveLead['lead']> = {},
  rest: Partial<Omit<ReceiveLead, 'lead' | 'type'>> = {},
): ReceiveLead => ({
  type: 'ReceiveLead',
  lead: {
    leadId: '0a1b2c3d-4e5f-8a7b-8c9d-0e1f2a3b4c5d',
    ordinal: 0,
    mode: 'live',
    phoneHash: 'h'.repeat(43),
    phone: aPhone(),
    source: 'my-webform',
    channel: 'api',
    apiKeyId: 'key000000001',
    state: 'TX',
    country: null,
    campaign: {},
    consent: aConsent(),
    warnings: [],
    keyId: 'k1',
    personal: 'v1.k1.sealed',
    receivedAt: RECEIVED_AT,
    ...lead,
  },
  checks: someChecks(),
  consentToMerge: null,
  ...rest,
});
