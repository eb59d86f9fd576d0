import { pageSizeDefault, pageSizeMax } from '#libs/read-db';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsText } from '../http/field-rules.js';

const BUILD_MAX = 1_000_000_000;

/** Which dead letters to list. */
export class ListDeadLettersQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, description: 'Of this build only.' })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(BUILD_MAX, { message: `must be at most ${BUILD_MAX}` })
  build?: number;

  @ApiPropertyOptional({ enum: ['parked', 'skipped'], default: 'parked' })
  @IsOptional()
  @IsIn(['parked', 'skipped'])
  state?: 'parked' | 'skipped';

  @ApiPropertyOptional({
    type: 'integer',
    minimum: 1,
    maximum: pageSizeMax,
    default: pageSizeDefault,
  })
  @IsInt({ message: 'must be a whole number' })
  @Min(1, { message: 'must be at least 1' })
  @Max(pageSizeMax, { message: `must be at most ${pageSizeMax}` })
  limit: number = pageSizeDefault;

  @ApiPropertyOptional({ description: '`next_cursor` of the page before.' })
  @IsOptional()
  @IsText(500)
  cursor?: string;
}

/** Why events are given up. */
export class SkipRequest {
  @ApiProperty({ description: 'Why, for the record.', example: 'written by a faulty import' })
  @IsText(500)
  reason: string;
}
