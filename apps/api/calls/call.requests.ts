import { CALL_DISPOSITIONS, type CallDisposition } from '#events/calls';
import { pageSizeDefault, pageSizeMax } from '#libs/read-db';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsInstant, IsPosition, IsText } from '../http/field-rules.js';

/** How far the answer must follow the log. */
export class ReadCallQuery {
  @ApiPropertyOptional({
    description: 'Waits, up to 3 s, until calls show this position of the log.',
  })
  @IsOptional()
  @IsPosition()
  waitFor?: string;
}

/** Which calls to list. What is left out does not filter. */
export class ListCallsQuery extends ReadCallQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'Calls to one lead.' })
  @IsOptional()
  @IsText(64)
  lead_id?: string;

  @ApiPropertyOptional({ enum: ['open', 'ended'], description: 'Under way, or over.' })
  @IsOptional()
  @IsIn(['open', 'ended'])
  status?: 'open' | 'ended';

  @ApiPropertyOptional({ enum: CALL_DISPOSITIONS, description: 'How it ended.' })
  @IsOptional()
  @IsIn(CALL_DISPOSITIONS)
  disposition?: CallDisposition;

  @ApiPropertyOptional({ format: 'uuid', description: 'The destination tried last.' })
  @IsOptional()
  @IsText(64)
  destination_id?: string;

  @ApiPropertyOptional({
    description: 'Calls decided on from then on: ISO-8601, inclusive.',
    example: '2026-07-01T00:00:00Z',
  })
  @IsOptional()
  @IsInstant()
  from?: string;

  @ApiPropertyOptional({ description: 'ISO-8601, exclusive.', example: '2026-08-01T00:00:00Z' })
  @IsOptional()
  @IsInstant()
  to?: string;

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
