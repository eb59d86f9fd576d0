export {
  FILTER_OPERATORS,
  type FilterOperator,
  type FilterRule,
  filterSchema,
  type FilterSet,
  type FilterValue,
} from './filter.js';
export { explainFilter, matchesFilter, readFilter } from './provisional-filter.js';
