import { type ColumnMapping, type ImportPreview, type SurveyedFile } from '#libs/leads';
import { count } from '../progress-bar.js';
import { table } from '../table-text.js';
import { fieldLines } from './field-lines.js';

const DELIMITER_NAMES: Readonly<Record<string, string>> = { '\t': 'tab', ' ': 'space' };

/** What becomes of each column. */
export function mappingText(mapping: ColumnMapping): string {
  const rows = mapping.map(({ column, target }) => [column, targetText(target)]);
  return table(['COLUMN', 'BECOMES'], rows, '');
}

function targetText(target: string): string {
  if (target === 'custom_field') return 'custom field';
  return target === 'ignored' ? '(not stored)' : target;
}

/** What an import would do. */
export function previewText(file: SurveyedFile, preview: ImportPreview): string {
  const { rows, readable, withoutConsent, refusals, warnings, firstRows } = preview;
  const delimiter = DELIMITER_NAMES[file.delimiter] ?? file.delimiter;
  return [
    mappingText(file.mapping),
    `${count(rows)} rows, separated by ${delimiter}: ${count(readable)} can be read, ` +
      `${count(rows - readable)} would be refused, ` +
      `${count(withoutConsent)} would be ineligible for want of consent.`,
    ...tally('Refused', refusals),
    ...tally('Kept as they came', warnings),
    'The first rows as they would be read:',
    ...firstRows.map(({ row, lead, problems }) =>
      [
        `  row ${row}`,
        ...(lead === null ? problems.map((p) => `    ${p}`) : fieldLines(lead, '    ')),
      ].join('\n'),
    ),
    'Nothing was stored. Leave out --dry-run to import.',
  ].join('\n\n');
}

function tally(title: string, counts: Readonly<Record<string, number>>): string[] {
  const lines = Object.entries(counts).map(([code, rows]) => `  ${count(rows)} × ${code}`);
  return lines.length === 0 ? [] : [`${title}:\n${lines.join('\n')}`];
}
