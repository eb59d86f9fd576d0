export { generateLeads } from './generate-leads.js';
export { importLeads, previewImport } from './import-leads.js';
export { createKey, createTenant, listTenants, revokeKey, rotateKey } from './accounts.js';
export { changeDialing, dialingStatus } from './dialing.js';
export { leadHistory } from './lead-history.js';
export { countLines, importStatement } from './import-statement.js';
export { listKeys } from './list-keys.js';
export { statementsOf } from './list-statements.js';
export { replayLead } from './replay-lead.js';
export { dropReplay, listReplays, replayTenant } from './replay-tenant.js';
export { deadLettersOf, listDeadLetters } from './dead-letters.js';
export {
  askWorker,
  followBuilds,
  hasEnded,
  projectionNames,
  projectionsStatus,
} from './projections.js';
export { auditProjections, verifyProjections } from './prove-read-models.js';
