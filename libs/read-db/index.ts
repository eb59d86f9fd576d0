export {
  type ConnectOptions,
  connectDatabase,
  type Database,
  type DatabaseRole,
} from './database.js';
export { isDatabaseUnavailable, toDatabaseFailure } from './database-errors.js';
export { migrate } from './migrate.js';
export {
  type Page,
  type PagePlace,
  type PageRequest,
  pageSize,
  pageSizeDefault,
  pageSizeMax,
  readCursor,
  toPage,
  writeCursor,
} from './page-cursor.js';
export { type Build, type BuildState, listBuilds } from './projection/builds.js';
export { caughtUpTo } from './projection/caught-up-to.js';
export type { DeadLetter, DeadLetterCount, DeadLetterSequence } from './projection/dead-letter.js';
export {
  countDeadLetters,
  type DeadLetterFilter,
  type DeadLetterKey,
  listDeadLetters,
  showDeadLetter,
} from './projection/dead-letter-queries.js';
export { foldInMemory } from './projection/fold-in-memory.js';
export {
  acquireLease,
  Fenced,
  type Lease,
  leaseTtlMs,
  releaseLease,
  renewEveryMs,
  renewLease,
} from './projection/lease.js';
export type {
  LogItem,
  ProjectionMessage,
  StoredPlace,
  UndecodableItem,
} from './projection/messages.js';
export {
  projectAsOf,
  type ProjectAsOfOptions,
  type ReplayedModel,
  type ReplayProgress,
} from './projection/project-as-of.js';
export {
  type BuildStatus,
  type FillingProgress,
  type LeaseStatus,
  type ProjectionStatus,
  type ReadModelsStatus,
  readModelsStatus,
  type ServedBuild,
  servedBuilds,
} from './projection/projection-status.js';
export {
  defineProjection,
  insert,
  type ProjectedEvent,
  type Projection,
  remove,
  type Touch,
  update,
  upsert,
} from './projection/projection.js';
export { type AuditFinding } from './projection/proof/audit-finding.js';
export { type AuditOptions, auditReadModels } from './projection/proof/audit-read-models.js';
export {
  auditsOfReadModels,
  type AuditState,
  type ReadModelAudit,
} from './projection/proof/audit-states.js';
export type {
  AuditedLog,
  AuditedMessage,
  AuditedProjection,
} from './projection/proof/audited-log.js';
export {
  compareTables,
  isEqual,
  type RowDifference,
  type TableComparison,
} from './projection/proof/compare-tables.js';
export { type AuditNotice, type RunAuditOptions } from './projection/proof/continuous-audit.js';
export { runAudit } from './projection/proof/run-audit.js';
export {
  type Verification,
  type VerifiedReadModel,
  verifyReadModels,
  type VerifyOptions,
} from './projection/proof/verify-read-models.js';
export { handleBuildRequests, hasBuildRequests } from './projection/rebuild/handle-requests.js';
export {
  type RebuildNotice,
  runRebuilds,
  type RunRebuildsOptions,
} from './projection/rebuild/run-rebuilds.js';
export { rebuildWork, type RebuildWork } from './projection/rebuild/unfinished-builds.js';
export {
  awaitProjectionRequest,
  listProjectionRequests,
  type ProjectionAction,
  type ProjectionOrder,
  type ProjectionRequest,
  readProjectionRequest,
  requestProjectionAction,
} from './projection/requests.js';
export type { EngineNotice, RunProjectionsOptions } from './projection/engine-options.js';
export { runProjections } from './projection/run-projections.js';
export {
  dropScratchSchema,
  listScratchSchemas,
  type ScratchSchema,
  scratchSchemaName,
} from './projection/scratch-schema.js';
export { type Standing, standingOf } from './projection/standing.js';
export {
  bigInteger,
  boolean,
  defineTable,
  instant,
  integer,
  json,
  nullable,
  present,
  type ReadModelTable,
  type Row,
  type RowKey,
  text,
  textList,
} from './projection/table.js';
export { ShownPositions, type PositionsByName, type ShownTogether } from './shown-positions.js';
export type * from './tables.js';
export {
  insertInTenant,
  runInTenant,
  type TenantInsert,
  tenantInsert,
  type TenantStatement,
} from './tenant-statement.js';
export { inTenant, inTenantAtOneMoment, noTenant, type TenantTransaction } from './tenant.js';
