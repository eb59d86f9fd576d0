import { parseExactly } from './exact-json.js';

/** A statement as one JSON object. */
export interface StatementJson {
  /** All but its rows. */
  readonly fields: Readonly<Record<string, unknown>>;
  /**
   * Each as JSON of its own, numbers as texts just as they were written; `null` if there is no
   * list.
   */
  readonly rows: readonly string[] | null;
}

/** Takes a statement in JSON apart; `null` if it is no JSON object. */
export function statementOfJson(text: string): StatementJson | null {
  const parsed = parseExactly(text.replace(/^\ufeff/, ''));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
  const { rows, ...fields } = parsed as Record<string, unknown>;
  return { fields, rows: Array.isArray(rows) ? rows.map((row) => JSON.stringify(row)) : null };
}

/** A row of a table as JSON of its own, by the names of its columns; blank cells say nothing. */
export function lineOfCells(columns: readonly string[], cells: readonly string[]): string {
  const filled = columns.flatMap((column, index) => {
    const cell = cells[index]?.trim() ?? '';
    return cell === '' ? [] : [[column, cell] as const];
  });
  return JSON.stringify(Object.fromEntries(filled));
}
