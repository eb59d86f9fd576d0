import { CALL_DISPOSITIONS, type CallDisposition } from '#events/calls';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsInstant, IsText } from '../http/field-rules.js';
import { PageQuery, WaitsFor } from '../http/page.requests.js';

/** How far the answer must follow the log. */
export class ReadCallQuery {
  @WaitsFor('until calls show')
  waitFor?: string;
}

/** Which calls to list. What is left out does not filter. */
export class ListCallsQuery extends PageQuery {
  @WaitsFor('until calls show')
  waitFor?: string;

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
}
