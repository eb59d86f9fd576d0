export { statementListProjection, type StatementListRow } from './statement-list.projection.js';
export { ReadModelStatementLookup } from './read-model-statement-lookup.js';
export {
  type ListedStatement,
  listStatements,
  type StatementFilter,
  type StatementStatus,
} from './statement-list.queries.js';
