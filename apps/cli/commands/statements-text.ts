import { type ListedStatement } from '#projections/statement-list';
import { count } from '../progress-bar.js';
import { table } from '../table-text.js';

/** Statements, as a person reads them. */
export function statementsText(statements: readonly ListedStatement[]): string {
  const heading = [
    'STATEMENT',
    'DESTINATION',
    'FROM',
    'TO',
    'ROWS',
    'MATCHED',
    'WAITING',
    'STATUS',
  ];
  const rows = statements.map((each) => [
    ...[each.statementId, each.destinationId, each.periodFrom, each.periodTo],
    ...[each.rows, each.matchedRows, each.unmatchedRows].map(count),
    each.status,
  ]);
  return table(heading, rows, 'No statement was imported.');
}
