import {
  type ConsentEvidence,
  type EligibilityChecks,
  type LeadEvent,
  type LeadMode,
  type PhoneFacts,
} from './lead.events.js';

/** Where a lead stands; the word the api shows. */
export type LeadStatus = 'new' | 'ineligible';

/** A lead that exists: what its decisions need to know. */
export interface ReceivedLead {
  readonly leadId: string;
  readonly status: LeadStatus;
  readonly ordinal: number;
  readonly mode: LeadMode;
  readonly receivedAt: string;
  readonly phoneHash: string;
  readonly phone: PhoneFacts;
  readonly consent: ConsentEvidence | null;
  /** When consent was taken back last (ISO-8601); `null` if it never was. */
  readonly consentRevokedAt: string | null;
  readonly ineligibleReasons: readonly string[];
  readonly checks: EligibilityChecks | null;
  readonly duplicates: number;
  readonly keyId: string;
}

/** A lead's history, folded. */
export type Lead = { readonly status: 'absent' } | ReceivedLead;

/** Before anything happened. */
export function initialState(): Lead {
  return { status: 'absent' };
}

/** Follows history without judging it; facts of other contexts on the same stream say nothing here. */
export function evolve(lead: Lead, event: LeadEvent): Lead {
  if (event.type === 'LeadReceived') return received(event.data);
  if (lead.status === 'absent') return lead;
  switch (event.type) {
    case 'LeadFoundEligible':
      return { ...lead, status: 'new', ineligibleReasons: [], checks: event.data.checks };
    case 'LeadFoundIneligible':
      return {
        ...lead,
        status: 'ineligible',
        ineligibleReasons: event.data.reasons,
        checks: event.data.checks,
      };
    case 'LeadDeduplicated':
      return { ...lead, duplicates: lead.duplicates + 1 };
    case 'ConsentRecorded':
      return { ...lead, consent: event.data.consent };
    case 'ConsentRevoked':
      return {
        ...lead,
        status: 'ineligible',
        ineligibleReasons: revokedReasons(lead.ineligibleReasons),
        consentRevokedAt: event.data.revokedAt,
      };
    default:
      return lead;
  }
}

/** The revocation stands for whatever was said of the consent; other reasons stay, as when judged. */
function revokedReasons(reasons: readonly string[]): string[] {
  return ['consent_revoked', ...reasons.filter((reason) => !reason.startsWith('consent_'))];
}

/** A lead without a verdict may not be dialed: it fails closed. */
function received(data: Extract<LeadEvent, { type: 'LeadReceived' }>['data']): ReceivedLead {
  return {
    leadId: data.leadId,
    status: data.verdict?.eligible === true ? 'new' : 'ineligible',
    ordinal: data.ordinal,
    mode: data.mode,
    receivedAt: data.receivedAt,
    phoneHash: data.phoneHash,
    phone: data.phone,
    consent: data.consent,
    consentRevokedAt: null,
    ineligibleReasons: data.verdict?.reasons ?? [],
    checks: data.verdict?.checks ?? null,
    duplicates: 0,
    keyId: data.keyId,
  };
}
