import { type KnownDestinationState } from '#libs/calls';
import { type PostbackTokenSettings, TOKEN_OVERLAP_SECONDS_MAX } from '#libs/revenue';
import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { IsText } from '../http/field-rules.js';

const REASON_MAX = 500;
const UNITS = ['by_name', 'cents'] as const;

/** How reports that come with a token are to be read. What is left out has its default. */
export class PostbackTokenRequest {
  @ApiProperty({ maxLength: 100, description: 'Whose it is, for people.', example: 'Northwind' })
  @IsText(100)
  label: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    format: 'uuid',
    description: 'The destination whose buyer reports with it; null, unless told: any.',
  })
  @IsOptional()
  @IsText(64)
  destination_id?: string | null;

  @ApiPropertyOptional({
    enum: UNITS,
    default: 'by_name',
    description: 'Whether names of fields tell the unit, or all amounts are in cents.',
  })
  @IsOptional()
  @IsIn(UNITS)
  amount_unit?: (typeof UNITS)[number];

  @ApiPropertyOptional({
    default: 'UTC',
    description: 'IANA zone of times that come without one.',
    example: 'America/New_York',
  })
  @IsOptional()
  @IsText(64)
  time_zone?: string;

  @ApiPropertyOptional({
    description:
      'ISO 4217, where reports do not say. If left out: that of the payout of the destination; USD ' +
      'without one.',
    example: 'USD',
  })
  @IsOptional()
  @IsText(3)
  currency?: string;
}

/** What is to be changed; the rest stays as it is. */
export class PostbackTokenChange extends PartialType(PostbackTokenRequest) {
  @ApiPropertyOptional({ maxLength: REASON_MAX, description: 'Why; kept with the change.' })
  @IsOptional()
  @IsText(REASON_MAX)
  reason?: string;
}

/** How long the text before goes on working. */
export class RotationRequest {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 0,
    maximum: TOKEN_OVERLAP_SECONDS_MAX,
    description: 'Seven days, unless told.',
    example: 86_400,
  })
  @IsOptional()
  @IsInt({ message: 'must be a whole number' })
  @Min(0, { message: 'must be at least 0' })
  @Max(TOKEN_OVERLAP_SECONDS_MAX, { message: `must be at most ${TOKEN_OVERLAP_SECONDS_MAX}` })
  overlap_seconds?: number;
}

/** Why a token is revoked. */
export class RevocationQuery {
  @ApiPropertyOptional({ maxLength: REASON_MAX, description: 'Why.', example: 'leaked' })
  @IsOptional()
  @IsText(REASON_MAX)
  reason?: string;
}

/** What follows for a new token from the destination it is for: its buyer pays as was agreed. */
export function settingsFor(
  destination: KnownDestinationState | null,
): Partial<PostbackTokenSettings> {
  return destination === null ? {} : { currency: destination.settings.payout.currency };
}

/** As what a report is tried out that is to be read as with a new token for a destination. */
export function previewSettings(
  destination: KnownDestinationState | null,
): Partial<PostbackTokenSettings> {
  if (destination === null) return {};
  return { destinationId: destination.destinationId, ...settingsFor(destination) };
}

/** The settings a request names, as the context calls them. */
export function settingsOf(request: PostbackTokenChange): Partial<PostbackTokenSettings> {
  const { label, destination_id, amount_unit, time_zone, currency } = request;
  return {
    ...(label !== undefined && { label }),
    ...(destination_id !== undefined && { destinationId: destination_id }),
    ...(amount_unit !== undefined && { amountUnit: amount_unit }),
    ...(time_zone !== undefined && { timeZone: time_zone }),
    ...(currency !== undefined && { currency }),
  };
}
