export {
  type ImportedStatement,
  STATEMENT_LINES_MAX,
  StatementImporter,
  type StatementImporterParts,
  type StatementToImport,
} from './application/statement-importer.js';
export { STATEMENT_PREFIX, statementStream } from './application/settings-streams.js';
export { type SaidTerms } from './domain/opened-statement.js';
export {
  type Difference,
  DIFFERENCE_KINDS,
  type DifferenceKind,
  type DifferenceTotal,
} from './domain/statement-difference.js';
export { readAliases } from './domain/reading/read-aliases.js';
export { lineOfCells, statementOfJson } from './domain/reading/statement-json.js';
