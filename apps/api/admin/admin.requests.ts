import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsReason } from '../http/field-rules.js';
import { PageQuery } from '../http/page.requests.js';

const BUILD_MAX = 1_000_000_000;

/** Which dead letters to list. */
export class ListDeadLettersQuery extends PageQuery {
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
}

/** Why events are given up. */
export class SkipRequest {
  @ApiProperty({ description: 'Why, for the record.', example: 'written by a faulty import' })
  @IsReason()
  reason: string;
}
