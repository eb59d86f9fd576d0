import { parseJson } from '#libs/kernel';
import {
  type ImportPlan,
  IMPORTS_LISTED_MAX,
  ROW_OUTCOMES,
  type RowOutcome,
  validationFailed,
} from '#libs/leads';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { type Calling } from '../http/calling.js';
import { IsText } from '../http/field-rules.js';

const IMPORTS_LISTED_DEFAULT = 50;

/** A name, or a list of them where the option is repeated. */
const columnNames = {
  name: 'isString',
  validator: {
    validate: (value: unknown) =>
      [value].flat().every((name) => typeof name === 'string' && name.length <= 500),
    defaultMessage: () => 'must be the name of a column; repeat it for more',
  },
};

/** How a file is to be read; in the query, or as fields of the form. */
export class ImportOptions {
  @ApiPropertyOptional({
    description: 'Which column fills which field, as JSON. What is left out is guessed.',
    example: '{"phone":"Best number","first_name":"Given name"}',
  })
  @IsOptional()
  @IsString()
  @MaxLength(16_384)
  mapping?: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'Columns not to store at all; repeatable.',
    example: ['SSN'],
  })
  @IsOptional()
  @ValidateBy(columnNames)
  ignore?: string | string[];

  @ApiPropertyOptional({ description: 'The source of rows that name none.', example: 'list-7' })
  @IsOptional()
  @IsText(200)
  source?: string;

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: 'true: answer how the file would be read, and store nothing.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  dry_run?: 'true' | 'false';
}

/** The form of an upload: its options, then the file. */
export class ImportFile extends ImportOptions {
  @ApiProperty({ type: 'string', format: 'binary', description: 'The CSV; the last field.' })
  file: unknown;
}

/** How many imports to list. */
export class ListImportsQuery {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: IMPORTS_LISTED_MAX,
    default: IMPORTS_LISTED_DEFAULT,
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(IMPORTS_LISTED_MAX, { message: `must be at most ${IMPORTS_LISTED_MAX}` })
  limit: number = IMPORTS_LISTED_DEFAULT;
}

/** Which rows to tell of. */
export class OutcomesQuery {
  @ApiPropertyOptional({ enum: ROW_OUTCOMES, description: 'Only rows that came to this.' })
  @IsOptional()
  @IsIn(ROW_OUTCOMES)
  outcome?: RowOutcome;
}

/** What a request asks for. Throws `validation_failed`. */
export function planOf({ policy, key }: Calling, options: ImportOptions): ImportPlan {
  const { mapping, ignore = [], source = null } = options;
  const fields = mapping === undefined ? {} : readMapping(mapping);
  return { policy, mode: key.mode, source, mapping: { fields, ignored: [ignore].flat() } };
}

function readMapping(text: string): Record<string, string> {
  const entries = Object.entries(parsedObject(text) ?? {});
  if (entries.length === 0 || entries.some(([, column]) => typeof column !== 'string')) {
    const message = 'must be a JSON object of fields and columns: {"phone":"Best number"}';
    throw validationFailed([{ field: 'mapping', code: 'wrong_format', message }]);
  }
  return Object.fromEntries(entries);
}

function parsedObject(text: string): object | null {
  try {
    const value = parseJson(text);
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
