import { ApiPropertyOptional } from '@nestjs/swagger';
import { DELIVERY_STATUSES, type DeliveryStatus } from '#projections/postback-deliveries';
import { IsIn, IsOptional } from 'class-validator';
import { IsText } from '../http/field-rules.js';
import { FollowingPageQuery, WaitsFor } from '../http/page.requests.js';

/** Whose amounts are asked for. */
export class TargetAmountsQuery {
  @ApiPropertyOptional({ format: 'uuid', description: 'The target; all, unless told.' })
  @IsOptional()
  @IsText(64)
  target_id?: string;

  @WaitsFor('until the amounts show')
  waitFor?: string;
}

/** Which deliveries to list. What is left out does not filter. */
export class ListDeliveriesQuery extends FollowingPageQuery {
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
}
