export {
  FILTER_OPERATORS,
  type FilterOperator,
  type FilterRule,
  filterSchema,
  type FilterSet,
  type FilterValue,
} from './filter.js';
export { explainFilter, type Facts, matchesFilter } from './match-filter.js';
export {
  FILTER_DEPTH_MAX,
  FILTER_RULES_MAX,
  type InspectedFilter,
  inspectFilter,
  readFilter,
} from './read-filter.js';
