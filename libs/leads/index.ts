export { GetLeadHandler, GetLeadQuery, type LeadView } from './application/get-lead.handler.js';
export {
  GetLeadHistoryHandler,
  GetLeadHistoryQuery,
  type HistoryEntry,
} from './application/get-lead-history.handler.js';
export { EligibilityLookups, type LookedUpLead } from './application/eligibility-lookups.js';
export {
  type Caller,
  type EarlierRun,
  DEFAULT_POLICY,
  type IntakePolicy,
  intakePolicyOf,
  type Origin,
} from './application/intake-policy.js';
export { type AsOf, LeadReader } from './application/lead-reader.js';
export { LEAD_PREFIX, leadStream, SUPPRESSION_PREFIX } from './application/lead-streams.js';
export { OccurrenceClock } from './application/occurrence.js';
export {
  DNC_DIAL_VALID_MS,
  DncProvider,
  LeadRoll,
  OrdinalHint,
  type RolledLead,
  type RollPage,
} from './application/ports.js';
export {
  OptOutCommand,
  OptOutHandler,
  type OptOutResult,
  RevokeConsentCommand,
  RevokeConsentHandler,
} from './application/opt-out.handlers.js';
export {
  type Reassessment,
  ReassessLeadCommand,
  ReassessLeadHandler,
  ReassessPhoneCommand,
  ReassessPhoneHandler,
} from './application/reassess-lead.handler.js';
export {
  ReceiveLeadCommand,
  ReceiveLeadHandler,
  type ReceiveLeadResult,
} from './application/receive-lead.handler.js';
export {
  RecordConsentCommand,
  RecordConsentHandler,
  type RecordConsentResult,
} from './application/record-consent.handler.js';
export {
  LiftSuppressionCommand,
  LiftSuppressionHandler,
  SuppressNumberCommand,
  SuppressNumberHandler,
  type SuppressionResult,
  type SuppressionTarget,
} from './application/suppression.handlers.js';
export {
  brandsOfLead,
  SUPPRESSION_SCOPES,
  type SuppressionBinding,
  type SuppressionScope,
  WHOLE_TENANT,
} from './domain/suppression-scope.js';
export {
  ConfigureDncRulesCommand,
  ConfigureDncRulesHandler,
  type DncRulesResult,
  type DncRulesVersion,
  GetDncRulesHandler,
  GetDncRulesQuery,
  GetDncRulesVersionsHandler,
  GetDncRulesVersionsQuery,
} from './application/dnc-rules.handlers.js';
export {
  DNC_LISTS,
  DNC_RULES,
  type DncMatrix,
  type DncRules,
  dncRulesEvents,
} from './domain/dnc-rules.events.js';
export { SuppressionList } from './application/suppression-list.js';
export { DEDUPE_WINDOW_MS, isWithinWindow, windowEndsAt } from './domain/dedupe-window.js';
export { type Lead, type ReceivedLead } from './domain/lead.js';
export { leadDecider } from './domain/lead.decider.js';
export { optOutWords } from './domain/opt-out-words.js';
export {
  type LeadChannel,
  type LeadEvent,
  leadEvents,
  type LeadMode,
} from './domain/lead.events.js';
export {
  type CallingProgress,
  LEAD_STATUSES,
  type LeadStanding,
  type LeadStatus,
  progressAfter,
  statusOf,
} from './domain/lead-status.js';
export { type LeadStreamEvent, leadStreamEvents } from './domain/lead-stream.events.js';
export { type SuppressionEvent, suppressionEvents } from './domain/suppression.events.js';
export { FICTIONAL_PHONES_MAX } from './generate/fictional-phones.js';
export {
  generateHistories,
  type GeneratedHistories,
  type GenerationRun,
  type HistoriesPlan,
} from './generate/generate-histories.js';
export { type GeneratorParts } from './generate/step-writer.js';
export {
  connectDncProvider,
  HttpDncProvider,
  type HttpDncProviderOptions,
  NoDncProvider,
} from './infrastructure/http-dnc-provider.js';
export {
  BackgroundImports,
  type BackgroundImportsParts,
  type ImportNotice,
} from './import/background/background-imports.js';
export {
  ImportReader,
  IMPORTS_LISTED_MAX,
  type ImportStatus,
  type ImportView,
} from './import/background/import-reader.js';
export {
  type AcceptedImport,
  ImportUploads,
  type Upload,
  UPLOAD_BYTES_MAX,
} from './import/background/import-uploads.js';
export {
  type ColumnMapping,
  type MappedColumn,
  type MappingRequest,
} from './import/column-mapping.js';
export {
  importFile,
  type ImportPlan,
  previewFile,
  type SurveyedFile,
  surveyFile,
} from './import/file-import.js';
export { type CsvRow, type CsvTable, readCsv } from './import/csv-table.js';
export { OutcomeJournal } from './import/outcome-journal.js';
export { type ImportPreview, type PreviewedRow } from './import/preview.js';
export { type ReceiveLead } from './import/row-importer.js';
export {
  type OutcomeCounts,
  ROW_OUTCOMES,
  type RowOutcome,
  totalOf,
} from './import/row-outcome.js';
export { StandaloneIntake, type StandaloneIntakeParts } from './import/standalone-intake.js';
export {
  Eligibility,
  type EligibilityCommand,
  type EligibilityParts,
} from './reactors/eligibility.reactor.js';
export { OptOut, type OptOutParts } from './reactors/opt-out.reactor.js';
export { type PersonalData } from './intake/interpret-submission.js';
export { ConsentSubmission, LeadSubmission } from './intake/lead-submission.js';
export { isCalendarDay } from './intake/calendar-day.js';
export { readPhone } from './intake/phone.js';
export { readState } from './intake/regions.js';
export {
  readConsentSubmission,
  readSubmission,
  type SubmissionWarning,
  validationFailed,
} from './intake/read-submission.js';
