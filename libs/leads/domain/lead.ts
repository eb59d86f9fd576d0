import { type CallEvent } from '#events/calls';
import { type ConsentHeld, withConsent } from './consent-held.js';
import {
  type EligibilityChecks,
  type LeadEvent,
  type LeadMode,
  type PhoneFacts,
} from './lead.events.js';
import { type LeadStanding, type LeadStatus, progressAfter, statusOf } from './lead-status.js';
import { isReported, type LeadStreamEvent } from './lead-stream.events.js';

/** A lead that exists: what its decisions and its readers need to know. */
export interface ReceivedLead extends LeadStanding, ConsentHeld {
  readonly leadId: string;
  readonly status: LeadStatus;
  readonly ordinal: number;
  readonly mode: LeadMode;
  readonly receivedAt: string;
  readonly phoneHash: string;
  readonly phone: PhoneFacts;
  /** Of evidence that came by itself: what it is recognised by. */
  readonly evidenceHashes: readonly string[];
  /** When consent was taken back last (ISO-8601); `null` if it never was. */
  readonly consentRevokedAt: string | null;
  readonly ineligibleReasons: readonly string[];
  readonly checks: EligibilityChecks | null;
  readonly duplicates: number;
  readonly keyId: string;
  /** Calls to the consumer so far, and when the last one was decided on (ISO-8601 UTC). */
  readonly calls: number;
  readonly lastCallAt: string | null;
}

/** A lead's history, folded. */
export type Lead = { readonly status: 'absent' } | ReceivedLead;

/** Before anything happened. */
export function initialState(): Lead {
  return { status: 'absent' };
}

/** Follows history without judging it. */
export function evolve(lead: Lead, event: LeadStreamEvent): Lead {
  if (event.type === 'LeadReceived') return received(event.data);
  if (lead.status === 'absent') return lead;
  if (event.type === 'LeadFoundEligible') return judged(lead, true, [], event.data.checks);
  if (event.type === 'LeadFoundIneligible') {
    return judged(lead, false, event.data.reasons, event.data.checks);
  }
  if (event.type === 'LeadDeduplicated') return { ...lead, duplicates: lead.duplicates + 1 };
  if (event.type === 'ConsentRecorded') return consented(lead, event.data);
  if (event.type === 'ConsentRevoked') return revoked(lead, event.data.revokedAt);
  return isReported(event) ? lead : called(lead, event);
}

function consented(
  lead: ReceivedLead,
  data: Extract<LeadEvent, { type: 'ConsentRecorded' }>['data'],
): ReceivedLead {
  const { hash } = data.consent;
  const evidenceHashes = hash === undefined ? lead.evidenceHashes : [...lead.evidenceHashes, hash];
  return { ...lead, ...withConsent(lead, data), evidenceHashes };
}

function revoked(lead: ReceivedLead, consentRevokedAt: string): ReceivedLead {
  const ineligibleReasons = revokedReasons(lead.ineligibleReasons);
  const status = statusOf({ ...lead, eligible: false });
  return { ...lead, status, eligible: false, ineligibleReasons, consentRevokedAt };
}

function judged(
  lead: ReceivedLead,
  eligible: boolean,
  ineligibleReasons: readonly string[],
  checks: EligibilityChecks,
): ReceivedLead {
  const status = statusOf({ ...lead, eligible });
  return { ...lead, status, eligible, ineligibleReasons, checks };
}

function called(lead: ReceivedLead, event: CallEvent): ReceivedLead {
  const progress = progressAfter(lead.progress, event);
  const after = { ...lead, status: statusOf({ ...lead, progress }), progress };
  if (event.type !== 'CallAttempted') return after;
  return { ...after, calls: event.data.attempt, lastCallAt: event.data.attemptedAt };
}

/**
 * The revocation stands for whatever was said of the consent; other reasons stay, as when judged.
 */
function revokedReasons(reasons: readonly string[]): string[] {
  return ['consent_revoked', ...reasons.filter((reason) => !reason.startsWith('consent_'))];
}

/** A lead without a verdict may not be dialed: it fails closed. */
function received(data: Extract<LeadEvent, { type: 'LeadReceived' }>['data']): ReceivedLead {
  const standing = { eligible: data.verdict?.eligible === true, progress: 'new' } as const;
  return {
    leadId: data.leadId,
    status: statusOf(standing),
    ...standing,
    ordinal: data.ordinal,
    mode: data.mode,
    receivedAt: data.receivedAt,
    phoneHash: data.phoneHash,
    phone: data.phone,
    consent: data.consent,
    consentArrivedAt: data.consent && data.receivedAt,
    evidenceHashes: [],
    consentRevokedAt: null,
    ineligibleReasons: data.verdict?.reasons ?? [],
    checks: data.verdict?.checks ?? null,
    duplicates: 0,
    keyId: data.keyId,
    calls: 0,
    lastCallAt: null,
  };
}
