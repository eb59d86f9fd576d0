import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsInstant, IsText } from '../http/field-rules.js';
import { FollowingPageQuery } from '../http/page.requests.js';

/** Whether rows of a statement wait for a transfer. */
export const STATEMENT_STATUSES = ['waiting', 'settled'] as const;

/** Which statements to list. What is left out does not filter. */
export class ListStatementsQuery extends FollowingPageQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'The destination whose buyer made them.' })
  @IsOptional()
  @IsText(64)
  destination_id?: string;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'The one whose rows came as postbacks with this token_id.',
  })
  @IsOptional()
  @IsText(64)
  token_id?: string;

  @ApiPropertyOptional({
    enum: STATEMENT_STATUSES,
    description: 'waiting: some rows wait for a transfer; settled: none does.',
  })
  @IsOptional()
  @IsIn(STATEMENT_STATUSES)
  status?: (typeof STATEMENT_STATUSES)[number];

  @ApiPropertyOptional({
    description: 'That cover calls from then on: ISO-8601, inclusive.',
    example: '2026-07-01T00:00:00Z',
  })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({
    description: 'That cover calls before then: ISO-8601, exclusive.',
    example: '2026-08-01T00:00:00Z',
  })
  @IsOptional()
  @IsInstant()
  to?: string;
}
