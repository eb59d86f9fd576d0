export { foldsPerPageMax, listLeadsAsOf, type LeadListSources } from './lead-list-as-of.js';
export { type LeadListRow, leadListProjection } from './lead-list.projection.js';
export {
  type CandidateRequest,
  type LeadListFilter,
  listCandidates,
  listLeads,
} from './lead-list.queries.js';
export { ReadModelLeadRoll } from './read-model-lead-roll.js';
