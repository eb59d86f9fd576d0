import { DIAL_OBSTACLES, type DialObstacle } from '#events/calls';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsText } from '../http/field-rules.js';
import { PageQuery, WaitsFor } from '../http/page.requests.js';

/** Which part of the queue to show. What is left out does not filter. */
export class ReadQueueQuery extends PageQuery {
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

  @WaitsFor('until the queue shows')
  waitFor?: string;
}
