/** The facts this context states, for other contexts and for read models. Nothing else of it. */
export { LEAD_PREFIX, leadStream } from './application/lead-streams.js';
export { type ConsentHeld, withConsent } from './domain/consent-held.js';
export {
  type ConsentEvidence,
  type DncAnswer,
  type EligibilityChecks,
  type LeadChannel,
  type LeadEvent,
  leadEvents,
  type LeadMode,
  type PhoneFacts,
  type Revocation,
  type Verdict,
} from './domain/lead.events.js';
export { blockingLists, findDnc } from './domain/dnc-finding.js';
export { DEFAULT_DNC_RULES } from './domain/dnc-matrix.js';
export {
  type DncFinding,
  dncFindingSchema,
  type DncRules,
  type DncRulesEvent,
  dncRulesEvents,
} from './domain/dnc-rules.events.js';
export { readEntryId } from './application/suppression-entry-id.js';
export { isPlaceUnread } from './domain/unread-place.js';
export { standingEntry } from './domain/standing-entry.js';
export { brandsOfLead, nameKey } from './domain/suppression-scope.js';
export {
  type SuppressionData,
  type SuppressionEvent,
  suppressionEvents,
} from './domain/suppression.events.js';
