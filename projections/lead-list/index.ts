export { type LeadListRow, leadListProjection } from './lead-list.projection.js';
export { type LeadListFilter, listLeads } from './lead-list.queries.js';
