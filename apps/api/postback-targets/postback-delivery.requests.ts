import { pageSizeDefault, pageSizeMax } from '#libs/read-db';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { DELIVERY_STATUSES, type DeliveryStatus } from '#projections/postback-deliveries';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsPosition, IsText } from '../http/field-rules.js';

/** Whose amounts are asked for. */
export class TargetAmountsQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'The target; all, unless told.' })
  @IsOptional()
  @IsText(64)
  target_id?: string;

  @ApiPropertyOptional({
    description: 'Waits, up to 3 s, until the amounts show this position of the log.',
  })
  @IsOptional()
  @IsPosition()
  waitFor?: string;
}

/** Which deliveries to list. What is left out does not filter. */
export class ListDeliveriesQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATUSES, description: 'What has become of them.' })
  @IsOptional()
  @IsIn(DELIVERY_STATUSES)
  status?: DeliveryStatus;

  @ApiPropertyOptional({ format: 'uuid', description: 'The target they are for.' })
  @IsOptional()
  @IsText(64)
  target_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The lead they are about.' })
  @IsOptional()
  @IsText(64)
  lead_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The transfer they are about.' })
  @IsOptional()
  @IsText(64)
  transfer_id?: string;

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
    description: 'Waits, up to 3 s, until the list shows this position of the log.',
  })
  @IsOptional()
  @IsPosition()
  waitFor?: string;
}
