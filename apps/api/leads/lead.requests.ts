import { type AsOf } from '#libs/leads';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min, ValidateBy } from 'class-validator';
import { pageSizeDefault, pageSizeMax } from '#libs/read-db';
import { isInstant, IsInstant, isPosition, IsPosition, IsText } from '../http/field-rules.js';

/** Which leads to list. What is left out does not filter. */
export class ListLeadsQuery {
  @ApiPropertyOptional({ enum: ['new', 'ineligible'] })
  @IsOptional()
  @IsIn(['new', 'ineligible'])
  status?: 'new' | 'ineligible';

  @ApiPropertyOptional({ description: 'Exactly as it was submitted.', example: 'my-webform' })
  @IsOptional()
  @IsText(200)
  source?: string;

  @ApiPropertyOptional({ description: 'Two-letter code or full name.', example: 'TX' })
  @IsOptional()
  @IsText(100)
  state?: string;

  @ApiPropertyOptional({ description: '10-digit US number or E.164.', example: '5551234567' })
  @IsOptional()
  @IsText(64)
  phone?: string;

  @ApiPropertyOptional({ description: 'ISO-8601, inclusive.', example: '2026-07-01T00:00:00Z' })
  @IsOptional()
  @IsInstant()
  received_from?: string;

  @ApiPropertyOptional({ description: 'ISO-8601, exclusive.', example: '2026-08-01T00:00:00Z' })
  @IsOptional()
  @IsInstant()
  received_to?: string;

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: pageSizeMax,
    default: pageSizeDefault,
    example: 5,
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(pageSizeMax, { message: `must be at most ${pageSizeMax}` })
  limit: number = pageSizeDefault;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before.' })
  @IsOptional()
  @IsText(500)
  cursor?: string;

  @ApiPropertyOptional({
    description: 'Waits, up to 3 s, until the list shows this position of the log.',
  })
  @IsOptional()
  @IsPosition()
  waitFor?: string;
}

function IsMoment(): PropertyDecorator {
  const validate = (value: unknown) => isInstant(value) || isPosition(value);
  const defaultMessage = () => 'must be an instant (ISO-8601 with a zone) or a revision';
  return ValidateBy({ name: 'isInstant', validator: { validate, defaultMessage } });
}

/** A moment of a lead. */
export class AsOfQuery {
  @ApiPropertyOptional({
    description: 'An instant (ISO-8601) or a revision: the lead as it was then, inclusive.',
    example: '2026-07-05T12:00:00Z',
  })
  @IsOptional()
  @IsMoment()
  asOf?: string;
}

/** The moment a query names; `undefined` for the present. */
export function momentOf({ asOf }: AsOfQuery): AsOf | undefined {
  if (asOf === undefined) return undefined;
  return isPosition(asOf)
    ? { kind: 'revision', revision: BigInt(asOf) }
    : { kind: 'instant', instant: asOf };
}
