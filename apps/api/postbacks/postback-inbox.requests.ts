import { UNMATCHED_REASONS } from '#libs/revenue';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { IsInstant, IsText, IsTextOrNone } from '../http/field-rules.js';
import { FollowingPageQuery } from '../http/page.requests.js';

/** What may have become of a hit. */
export const POSTBACK_STATUSES = [
  'received',
  'matched',
  'duplicate',
  'revised',
  'unmatched',
  'ignored',
] as const;

/** Which hits to list. What is left out does not filter. */
export class ListPostbacksQuery extends FollowingPageQuery {
  @ApiPropertyOptional({ enum: POSTBACK_STATUSES, description: 'What has become of them.' })
  @IsOptional()
  @IsIn(POSTBACK_STATUSES)
  status?: (typeof POSTBACK_STATUSES)[number];

  @ApiPropertyOptional({ enum: UNMATCHED_REASONS, description: 'Why they are unmatched.' })
  @IsOptional()
  @IsIn(UNMATCHED_REASONS)
  reason?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The token they came with.' })
  @IsOptional()
  @IsText(64)
  token_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The destination their token is for.' })
  @IsOptional()
  @IsText(64)
  destination_id?: string;

  @ApiPropertyOptional({ description: 'The sender’s name for the call.' })
  @IsOptional()
  @IsText(1_000)
  vendor_call_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The transfer they count for.' })
  @IsOptional()
  @IsText(64)
  transfer_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The lead they count for.' })
  @IsOptional()
  @IsText(64)
  lead_id?: string;

  @ApiPropertyOptional({
    description: 'Received from then on: ISO-8601, inclusive.',
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
    description:
      'On calls from then on, as far as told, else received: ISO-8601, inclusive. By this, the ' +
      'next six and known_by, reports lead to the hits behind their lines.',
  })
  @IsOptional()
  @IsInstant()
  called_from?: string;

  @ApiPropertyOptional({ description: 'ISO-8601, exclusive.' })
  @IsOptional()
  @IsInstant()
  called_to?: string;

  @ApiPropertyOptional({
    description:
      'The destination of the transfer they count for, else the one their token is for; empty: ' +
      'none.',
  })
  @IsOptional()
  @IsTextOrNone(64)
  reported_destination_id?: string;

  @ApiPropertyOptional({ description: 'As reported; empty: where none is named.' })
  @IsOptional()
  @IsTextOrNone(1_000)
  buyer?: string;

  @ApiPropertyOptional({ description: 'ISO 4217.', example: 'USD' })
  @IsOptional()
  @IsText(3)
  currency?: string;

  @ApiPropertyOptional({ enum: ['true', 'false'], description: 'Whether they are of a statement.' })
  @IsOptional()
  @IsIn(['true', 'false'])
  statement_lines?: 'true' | 'false';

  @ApiPropertyOptional({
    enum: ['live', 'test'],
    description: 'Of the lead they count for; those that count for none are live.',
  })
  @IsOptional()
  @IsIn(['live', 'test'])
  mode?: 'live' | 'test';

  @ApiPropertyOptional({
    enum: ['true', 'false'],
    description:
      'Whether another transfer was as good as theirs, or better but taken, and nobody has ' +
      'confirmed or corrected the match yet: the list to review.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  ambiguous?: 'true' | 'false';

  @ApiPropertyOptional({
    description:
      'Known by then: ISO-8601, inclusive. Their status, at_stake and the line of a report they ' +
      'are of are as known then; the rest is as it is now, save that reason, nearest_ms, ' +
      'transfer_id and lead_id are null where something has happened to them since.',
  })
  @IsOptional()
  @IsInstant()
  known_by?: string;
}
