export {
  FILTER_OPERATORS,
  type FilterOperator,
  type FilterRule,
  filterSchema,
  type FilterSet,
  type FilterValue,
} from './filter.js';
