import { type LeadSubmission } from '../intake/lead-submission.js';
import { readSubmission, validationFailed } from '../intake/read-submission.js';
import { type ColumnMapping, CUSTOM_FIELD, IGNORED } from './column-mapping.js';
import { type CsvRow } from './csv-table.js';
import { type ImportField, importField } from './import-field.js';

type Entries = [string, string][];

/**
 * A row as a submission. `source` is for rows that name none themselves. Throws `invalid_phone` or
 * `validation_failed`, as for a lead that was posted.
 */
export function readRow(
  row: CsvRow,
  mapping: ColumnMapping,
  source: string | null,
  countries: readonly string[],
): LeadSubmission {
  if (row.cells.slice(mapping.length).some((cell) => cell !== '')) throw tooManyCells(row, mapping);
  const custom: Entries = [];
  const groups: Record<ImportField['group'], Entries> = {
    contact: [],
    consent: [],
    attribution: [],
  };
  for (const [index, { column, target }] of mapping.entries()) {
    const value = row.cells[index]?.trim() ?? '';
    if (value === '' || target === IGNORED) continue;
    const field = target === CUSTOM_FIELD ? null : importField(target);
    if (field === null) custom.push([column, value]);
    else groups[field.group].push([field.name, value]);
  }
  const submission = {
    ...(source === null ? {} : { source }),
    ...Object.fromEntries(groups.contact),
    ...block('consent', groups.consent),
    ...block('attribution', groups.attribution),
    ...block('custom_fields', custom),
  };
  return readSubmission(submission, countries);
}

function block(name: string, fields: Entries): Record<string, unknown> {
  return fields.length === 0 ? {} : { [name]: Object.fromEntries(fields) };
}

function tooManyCells(row: CsvRow, mapping: ColumnMapping): Error {
  return validationFailed([
    {
      field: '(row)',
      code: 'too_many_cells',
      message: `has ${row.cells.length} cells under ${mapping.length} columns: quote values that hold the delimiter`,
    },
  ]);
}
