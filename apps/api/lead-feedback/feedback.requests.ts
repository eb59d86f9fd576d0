import { FEEDBACK_STATUSES, UNPLACED_REASONS } from '#libs/revenue';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsText } from '../http/field-rules.js';
import { FollowingPageQuery } from '../http/page.requests.js';
import { FEEDBACK_STANDINGS } from './feedback.response.js';

/** Which feedback to list. What is left out does not filter. */
export class ListFeedbackQuery extends FollowingPageQuery {
  @ApiPropertyOptional({ enum: FEEDBACK_STANDINGS, description: 'What has become of it.' })
  @IsOptional()
  @IsIn(FEEDBACK_STANDINGS)
  standing?: (typeof FEEDBACK_STANDINGS)[number];

  @ApiPropertyOptional({ enum: UNPLACED_REASONS, description: 'Why it is unmatched.' })
  @IsOptional()
  @IsIn(UNPLACED_REASONS)
  reason?: (typeof UNPLACED_REASONS)[number];

  @ApiPropertyOptional({ enum: FEEDBACK_STATUSES, description: 'What it says of the lead.' })
  @IsOptional()
  @IsIn(FEEDBACK_STATUSES)
  status?: (typeof FEEDBACK_STATUSES)[number];

  @ApiPropertyOptional({ format: 'uuid', description: 'The lead it is about.' })
  @IsOptional()
  @IsText(64)
  lead_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The token it came with.' })
  @IsOptional()
  @IsText(64)
  token_id?: string;
}
