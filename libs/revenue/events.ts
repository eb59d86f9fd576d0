/** The facts this context states, for other contexts and for read models. Nothing else of it. */
export {
  FEEDBACK_STATUSES,
  type FeedbackEvent,
  feedbackEvents,
  type FeedbackStatus,
  type LeadFeedbackEvent,
  leadFeedbackEvents,
  UNPLACED_REASONS,
  type UnplacedReason,
} from './domain/lead-feedback.events.js';
export {
  type PostbackEvent,
  postbackEvents,
  type Reading,
  UNMATCHED_REASONS,
  type UnmatchedReason,
} from './domain/postback.events.js';
export {
  type Alias,
  type AliasEvent,
  aliasEvents,
  type PostbackTokenEvent,
  postbackTokenEvents,
  type PostbackTokenSettings,
} from './domain/postback-settings.events.js';
export {
  MATCH_RULES,
  type MatchCandidate,
  type MatchFacts,
  type ReportSender,
  type RevenueEvent,
  revenueEvents,
  type TransferReport,
} from './domain/revenue.events.js';
export { type StatementEvent, statementEvents } from './domain/statement.events.js';
