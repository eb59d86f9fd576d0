import { type Decider } from '#libs/kernel';
import { withConsent } from './consent-held.js';
import { isWithinWindow, windowEndsAt } from './dedupe-window.js';
import { found, isRevoked, judge } from './eligibility.js';
import { evolve, initialState, type Lead, type ReceivedLead } from './lead.js';
import { leadNotReceived } from './lead.errors.js';
import {
  type EligibilityChecks,
  type LeadEvent,
  type RecordedEvidence,
  type Revocation,
} from './lead.events.js';
import { type LeadStreamEvent } from './lead-stream.events.js';

type LeadReceivedData = Extract<LeadEvent, { type: 'LeadReceived' }>['data'];

/** A submission, normalised and sealed, with everything that was looked up for it. */
export interface ReceiveLead {
  readonly type: 'ReceiveLead';
  readonly lead: Omit<LeadReceivedData, 'verdict'>;
  readonly checks: EligibilityChecks;
  /**
   * The sealed consent page address, where a repeated submission that brings consent completes a
   * lead that has none (DD-3); `null` where it does not.
   */
  readonly consentToMerge: string | null;
}

/** Consent evidence for a lead that exists, with the look-ups repeated. */
export interface RecordConsent {
  readonly type: 'RecordConsent';
  readonly consent: Required<RecordedEvidence>;
  /** Hashes of what is on the lead's stream without one: what it came with, for example. */
  readonly hashesBefore: readonly string[];
  readonly personal: string;
  readonly apiKeyId: string | null;
  readonly recordedAt: string;
  readonly checks: EligibilityChecks;
}

/** Evidence, and what the lead is judged by then. */
type Evidence = Omit<RecordConsent, 'type' | 'consent' | 'hashesBefore'> & {
  readonly consent: RecordedEvidence;
};

/** Facts about a lead's phone may have changed: the look-ups, repeated. */
export interface ReassessLead {
  readonly type: 'ReassessLead';
  readonly checks: EligibilityChecks;
  /** ISO-8601 UTC. */
  readonly assessedAt: string;
}

/** The consumer does not want to be called any more (CO-8). */
export interface RevokeConsent extends Revocation {
  readonly type: 'RevokeConsent';
}

/** What can be wished of a lead. */
export type LeadCommand = ReceiveLead | RecordConsent | ReassessLead | RevokeConsent;

/**
 * A submission to a stream: a new lead if there is none, a duplicate within the window of the one
 * there is, and nothing at all if that one is too old, for then the submission belongs to the next
 * ordinal.
 */
function receive(command: ReceiveLead, lead: Lead): LeadEvent[] {
  const submitted = command.lead;
  if (lead.status === 'absent') {
    const { checks } = command;
    const assessedAt = submitted.receivedAt;
    const times = { assessedAt, consentArrivedAt: assessedAt, consentRevokedAt: null };
    const verdict = judge({ ...submitted, ...times, checks });
    return [{ type: 'LeadReceived', data: { ...submitted, verdict } }];
  }
  if (!isWithinWindow(lead.receivedAt, submitted.receivedAt)) return [];
  const { phoneHash, source, channel, apiKeyId, receivedAt } = submitted;
  return [
    {
      type: 'LeadDeduplicated',
      data: {
        leadId: lead.leadId,
        phoneHash,
        source,
        channel,
        apiKeyId,
        submittedAt: receivedAt,
        windowEndsAt: windowEndsAt(lead.receivedAt),
      },
    },
    ...mergedConsent(command, lead),
  ];
}

function mergedConsent(command: ReceiveLead, lead: ReceivedLead): LeadEvent[] {
  const { consent, apiKeyId, receivedAt } = command.lead;
  if (command.consentToMerge === null || consent === null || lead.consent !== null) return [];
  return consentRecorded(lead, {
    consent,
    personal: command.consentToMerge,
    apiKeyId,
    recordedAt: receivedAt,
    checks: command.checks,
  });
}

/** Evidence that is there already says nothing new; whatever differs from it is kept (CO-3). */
function recordConsent(command: RecordConsent, lead: Lead): LeadEvent[] {
  if (lead.status === 'absent') throw leadNotReceived();
  const isKnown = [...lead.evidenceHashes, ...command.hashesBefore].includes(command.consent.hash);
  if (isKnown) return judgedAnew(lead, command.checks, command.recordedAt);
  return consentRecorded(lead, command);
}

function reassess({ checks, assessedAt }: ReassessLead, lead: Lead): LeadEvent[] {
  if (lead.status === 'absent') throw leadNotReceived();
  return judgedAnew(lead, checks, assessedAt);
}

/** Said again it says nothing new, unless consent was given in between. */
function revokeConsent(command: RevokeConsent, lead: Lead): LeadEvent[] {
  if (lead.status === 'absent') throw leadNotReceived();
  if (isRevoked(lead)) return [];
  const { leadId } = lead;
  const { channel, words, callId, revokedAt } = command;
  const data = { leadId, channel, words, callId, revocationScope: 'all', revokedAt } as const;
  return [{ type: 'ConsentRevoked', data }];
}

/**
 * Nothing but the judgement, and only if it differs: a suppression may have been lifted meanwhile.
 */
function judgedAnew(
  lead: ReceivedLead,
  checks: EligibilityChecks,
  assessedAt: string,
): LeadEvent[] {
  const verdict = judge({ ...lead, checks, assessedAt });
  const unchanged =
    lead.checks !== null && verdict.reasons.join() === lead.ineligibleReasons.join();
  return unchanged ? [] : [found(lead.leadId, verdict, assessedAt)];
}

function consentRecorded(lead: ReceivedLead, evidence: Evidence): LeadEvent[] {
  const { leadId } = lead;
  const { consent, personal, apiKeyId, recordedAt, checks } = evidence;
  const after = { ...lead, ...withConsent(lead, evidence) };
  const isOlder = after.consent !== consent;
  return [
    { type: 'ConsentRecorded', data: { leadId, consent, personal, apiKeyId, recordedAt } },
    ...(isOlder
      ? judgedAnew(lead, checks, recordedAt)
      : [found(leadId, judge({ ...after, checks, assessedAt: recordedAt }), recordedAt)]),
  ];
}

function decide(command: LeadCommand, lead: Lead): LeadEvent[] {
  switch (command.type) {
    case 'ReceiveLead':
      return receive(command, lead);
    case 'RecordConsent':
      return recordConsent(command, lead);
    case 'ReassessLead':
      return reassess(command, lead);
    case 'RevokeConsent':
      return revokeConsent(command, lead);
  }
}

/** A lead from receipt on. It follows what calling does to it, and decides none of that. */
export const leadDecider: Decider<Lead, LeadCommand, LeadStreamEvent> = {
  decide,
  evolve,
  initialState,
};
