export {
  ConfirmMatchCommand,
  ConfirmMatchHandler,
  IgnorePostbackCommand,
  IgnorePostbackHandler,
  LinkPostbackCommand,
  LinkPostbackHandler,
  MatchPostbackCommand,
  MatchPostbackHandler,
  UnlinkPostbackCommand,
  UnlinkPostbackHandler,
} from './application/correct-postback.handlers.js';
export {
  LeadFeedbackIntake,
  type SentFeedback,
  type StandingFeedback,
} from './application/lead-feedback-intake.js';
export {
  FeedbackReader,
  type FeedbackRecord,
  type RawFeedback,
} from './application/feedback-reader.js';
export { LeadFinder } from './application/lead-finder.js';
export { HitReader } from './application/hit-reader.js';
export {
  type NamesOfTransfer,
  type OfSameCall,
  type OurNumbers,
  type OutdatedPage,
  type Period,
  PostbackLookup,
  type ReportedCaller,
  type ShownCaller,
  type ShownSoFar,
  StatementLookup,
  TransferLookup,
  type TransferPlace,
  type TransfersOfCaller,
  type WaitingFor,
  type WaitingPage,
} from './application/ports.js';
export { PostbackLedger, type StandingPostback } from './application/postback-ledger.js';
export { PostbackMatcher } from './application/postback-matcher.js';
export { PostbackReader, type PostbackRecord } from './application/postback-reader.js';
export { POSTBACK_PREFIX, postbackStream } from './application/postback-streams.js';
export {
  GetPostbackHandler,
  GetPostbackQuery,
  type PreviewedPostback,
  PreviewPostbackHandler,
  PreviewPostbackQuery,
} from './application/postback.queries.js';
export { PromptFeedback, type SentOnLead } from './application/prompt-feedback.js';
export { promptLimits, type PromptLimits, PromptMatching } from './application/prompt-matching.js';
export { type RawReport, type ReportOrigin } from './application/raw-report.js';
export {
  type Receipt,
  type ReceivedPostback,
  ReceivePostbackCommand,
  ReceivePostbackHandler,
} from './application/receive-postback.handler.js';
export { TransferFinder } from './application/transfer-finder.js';
export { type MatchOutcome } from './domain/matching.js';
export {
  isCounted,
  type KnownPostback,
  matchWarnings,
  type PostbackStanding,
} from './domain/postback.js';
export { type Hit, HITS_MAX, splitHits } from './domain/reading/hit.js';
export {
  type Saying,
  sayingOf,
  type Terms,
  type Uncounted,
  wordsOf,
  worthOf,
} from './domain/worth.js';
export { type KnownFeedback } from './domain/lead-feedback.js';
export { LeadFeedback } from './reactors/lead-feedback.reactor.js';
export { OutdatedReports, type OutdatedReportsParts } from './reactors/outdated-reports.js';
export {
  Matching,
  type MatchingParts,
  type ReceivedPace,
  receivedPace,
} from './reactors/matching.reactor.js';
export { sharesNames, speakAsOne } from './domain/report-sender.js';
export { MATCH_WINDOW_MS } from './domain/call-time.js';
