import { parseJson } from '#libs/kernel';
import { validationFailed } from '#libs/leads';
import { readAliases, type SaidTerms } from '#libs/revenue';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsIn, IsOptional, Matches, ValidateBy } from 'class-validator';
import { AliasView } from '../aliases/alias.views.js';
import { IsInstant, IsText } from '../http/field-rules.js';
import { periodOf } from '../reports/report-period.js';

const UNITS = ['by_name', 'cents'] as const;
const TRUTHS: readonly unknown[] = [true, false, 'true', 'false'];

/** The field is true or false, in a query as text. */
function IsTruth(): PropertyDecorator {
  const validate = (value: unknown) => TRUTHS.includes(value);
  const defaultMessage = () => 'must be true or false';
  return ValidateBy({ name: 'isIn', validator: { validate, defaultMessage } });
}

/** Of which buyer a statement is, what it covers, and how its rows are read. */
export class StatementOptions {
  @ApiProperty({ format: 'uuid', description: 'The destination whose buyer made it.' })
  @IsText(64)
  destination_id: string;

  @ApiProperty({
    description: 'Calls from then on: an instant, or a date in time_zone. Inclusive.',
    example: '2026-07-01',
  })
  @IsInstant()
  from: string;

  @ApiProperty({
    description: 'An instant, or a date in time_zone. Exclusive.',
    example: '2026-08-01',
  })
  @IsInstant()
  to: string;

  @ApiPropertyOptional({
    default: 'UTC',
    description: 'IANA zone of from and to, and of times in rows that come without one.',
    example: 'America/New_York',
  })
  @IsText(64)
  time_zone: string = 'UTC';

  @ApiPropertyOptional({
    description:
      'ISO 4217, where rows do not say. If left out, the one that was agreed with the destination.',
    example: 'USD',
  })
  @IsOptional()
  @Matches(/^[A-Z]{3}$/, { message: 'must be three capital letters, e.g. USD' })
  currency?: string;

  @ApiPropertyOptional({
    enum: UNITS,
    default: 'by_name',
    description: 'Whether names of columns tell the unit, or all amounts are in cents.',
  })
  @IsIn(UNITS)
  amount_unit: (typeof UNITS)[number] = 'by_name';

  @ApiPropertyOptional({
    type: [AliasView],
    description:
      'What names of columns mean in this statement, before any other meaning. In a query, as JSON.',
    example: [{ field: 'caller', name: 'Prospect Ph' }],
  })
  @IsOptional()
  aliases?: unknown;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'true: only compare, and store nothing.',
  })
  @IsTruth()
  preview: boolean | 'true' | 'false' = false;

  @ApiPropertyOptional({
    enum: ['json', 'csv'],
    default: 'json',
    description: 'csv: all differences as a table, however many.',
  })
  @IsIn(['json', 'csv'])
  format: 'json' | 'csv' = 'json';
}

/** The options in the address, where the body does not have them. */
export class StatementQuery extends PartialType(StatementOptions) {}

/** A statement in JSON. */
export class StatementRequest extends StatementOptions {
  @ApiProperty({
    type: 'array',
    items: { type: 'object', additionalProperties: true },
    description: 'Each with the fields a postback would have.',
    example: [{ caller_id: '5125551212', payout: '45.00', call_time: '2026-07-04 10:15:00' }],
  })
  rows: readonly object[];
}

/** A form with a statement: its options, then the file. */
export class StatementFile extends StatementOptions {
  @ApiProperty({ type: 'string', format: 'binary', description: 'The CSV; the last field.' })
  file: unknown;
}

/** What a request says of a statement, as the context calls it. Throws `validation_failed`. */
export function termsOf(options: StatementOptions): SaidTerms {
  const { destination_id, time_zone: timeZone, amount_unit: amountUnit } = options;
  const { from, to } = periodOf(options.from, options.to, timeZone, 'time_zone');
  const destinationId = destination_id.toLowerCase();
  const aliases = options.aliases === undefined ? [] : readAliases(listed(options.aliases));
  const { currency = null } = options;
  return { destinationId, from, to, timeZone, currency, amountUnit, aliases };
}

/** A list, or JSON of one. */
function listed(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return parseJson(given);
  } catch {
    const message = 'must be a JSON list: [{"field":"caller","name":"Prospect Ph"}]';
    throw validationFailed([{ field: 'aliases', code: 'wrong_format', message }]);
  }
}
