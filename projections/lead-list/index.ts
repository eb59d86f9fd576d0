export { type LeadListRow, leadListProjection } from './lead-list.projection.js';
export {
  type LeadListFilter,
  listLeads,
  type Page,
  pageSizeDefault,
  pageSizeMax,
} from './lead-list.queries.js';
