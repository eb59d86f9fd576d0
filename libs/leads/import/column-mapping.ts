import { guessField, IMPORT_FIELD_NAMES, importField } from './import-field.js';
import { mappingInvalid } from './import-errors.js';

/** What is done with a column: it fills a field, is kept as a custom field, or is left out. */
export interface MappedColumn {
  readonly column: string;
  /** Name of the field (`phone`, `utm_source` …), `custom_field` or `ignored`. */
  readonly target: string;
}

/** What becomes of each column, in the order of the file. */
export type ColumnMapping = readonly MappedColumn[];

/** What the sender said about columns; all else is guessed. */
export interface MappingRequest {
  /** Field → column. */
  readonly fields: Readonly<Record<string, string>>;
  /** Columns that are not to be stored at all. */
  readonly ignored: readonly string[];
}

/** The target of a column that fits no field and is kept as it is. */
export const CUSTOM_FIELD = 'custom_field';
/** The target of a column that is not stored. */
export const IGNORED = 'ignored';
const CUSTOM_FIELDS_MAX = 100;

/**
 * Decides what becomes of each column: as the sender said, else as its name suggests, else it is a
 * custom field. No two columns fill one field: the one named exactly so wins, then the first.
 *
 * Throws `phone_column_missing`, `unknown_field`, `unknown_column`, `column_mapped_twice` or
 * `too_many_custom_fields`.
 */
export function mapColumns(columns: readonly string[], request: MappingRequest): ColumnMapping {
  const targets = new Map<string, string>();
  for (const [field, column] of Object.entries(request.fields)) {
    if (importField(field) === null) throw unknownField(field);
    claim(targets, columnNamed(column, columns), field);
  }
  for (const column of request.ignored) claim(targets, columnNamed(column, columns), IGNORED);
  for (const [column, field] of guesses(columns)) {
    const taken = [...targets.values()].includes(field);
    if (!taken && !targets.has(column)) targets.set(column, field);
  }
  const mapping = columns.map((column) => ({
    column,
    target: targets.get(column) ?? CUSTOM_FIELD,
  }));
  assertUsable(mapping);
  return mapping;
}

/** Suggested (column, field) pairs, exact names first. */
function guesses(columns: readonly string[]): [string, string][] {
  const pairs = columns.flatMap((column): [string, string][] => {
    const field = guessField(column);
    return field === null ? [] : [[column, field.name]];
  });
  const isExact = ([column, field]: [string, string]) =>
    column.toLowerCase().replace(/[^a-z0-9]+/g, '_') === field;
  return [...pairs.filter(isExact), ...pairs.filter((pair) => !isExact(pair))];
}

/** A column by its name; case and outer blanks do not matter where they decide nothing. */
function columnNamed(name: string, columns: readonly string[]): string {
  const alike = columns.filter((column) => column.toLowerCase() === name.trim().toLowerCase());
  const column = columns.find((one) => one === name) ?? (alike.length === 1 ? alike[0] : undefined);
  if (column !== undefined) return column;
  throw mappingInvalid(
    'unknown_column',
    `There is no column "${name}". The columns are: ${listed(columns)}.`,
  );
}

function claim(targets: Map<string, string>, column: string, target: string): void {
  const before = targets.get(column);
  if (before !== undefined && before !== target) {
    throw mappingInvalid(
      'column_mapped_twice',
      `The column "${column}" is mapped to both ${before} and ${target}. Keep one of them.`,
    );
  }
  targets.set(column, target);
}

function unknownField(field: string): Error {
  return mappingInvalid(
    'unknown_field',
    `There is no field "${field}". Fields are: ${IMPORT_FIELD_NAMES.join(', ')}. ` +
      'Columns mapped to none are kept as custom fields.',
  );
}

function assertUsable(mapping: ColumnMapping): void {
  if (!mapping.some(({ target }) => target === 'phone')) {
    throw mappingInvalid(
      'phone_column_missing',
      `No column is known to hold the phone. The columns are: ` +
        `${listed(mapping.map(({ column }) => column))}. Say which one it is by mapping phone to ` +
        'it (phone=<column>). If these are not column names, add a header row to the file.',
    );
  }
  const custom = mapping.filter(({ target }) => target === CUSTOM_FIELD).length;
  if (custom > CUSTOM_FIELDS_MAX) {
    throw mappingInvalid(
      'too_many_custom_fields',
      `${custom} columns fill no field and would become custom fields, of which a lead may have ` +
        `${CUSTOM_FIELDS_MAX}. Map or ignore some of them.`,
    );
  }
}

function listed(columns: readonly string[]): string {
  const shown = columns.slice(0, 30).map((column) => `"${column.slice(0, 60)}"`);
  return shown.join(', ') + (columns.length > shown.length ? ' …' : '');
}
