import { DIAL_OBSTACLES, type DialObstacle } from '#events/calls';
import { pageSizeDefault, pageSizeMax } from '#libs/read-db';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsPosition, IsText } from '../http/field-rules.js';

/** Which part of the queue to show. What is left out does not filter. */
export class ReadQueueQuery {
  @ApiPropertyOptional({
    enum: DIAL_OBSTACLES,
    description: 'Leads that this holds up, perhaps among others.',
  })
  @IsOptional()
  @IsIn(DIAL_OBSTACLES)
  obstacle?: DialObstacle;

  @ApiPropertyOptional({ format: 'uuid', description: 'One lead, if it waits.' })
  @IsOptional()
  @IsText(64)
  lead_id?: string;

  @ApiPropertyOptional({ description: 'Leads of one source.', example: 'my-webform' })
  @IsOptional()
  @IsText(200)
  source?: string;

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

  @ApiPropertyOptional({
    description: 'Waits, up to 3 s, until the queue shows this position of the log.',
  })
  @IsOptional()
  @IsPosition()
  waitFor?: string;
}
