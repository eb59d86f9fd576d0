import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';

/** Evidence of prior express written consent. All three parts are needed for a lead to be dialed. */
export class ConsentSubmission {
  @ApiPropertyOptional({
    description: 'When the consumer consented, ISO-8601 with zone.',
    example: '2026-07-05T12:00:00Z',
  })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  consent_timestamp?: string;

  @ApiPropertyOptional({ description: 'Which consent text was shown.', example: 'webform-v2' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  consent_text_version?: string;

  @ApiPropertyOptional({
    description: 'Page where consent was given, http or https.',
    example: 'https://example.com/quote',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2048)
  source_url?: string;

  @ApiPropertyOptional({ description: 'Address the consumer consented from.' })
  @IsOptional()
  @IsString()
  @MaxLength(64)
  ip?: string;

  @ApiPropertyOptional({ description: 'Browser the consumer consented with.' })
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  user_agent?: string;

  @ApiPropertyOptional({ description: 'The consent text itself.' })
  @IsOptional()
  @IsString()
  @MaxLength(4096)
  language?: string;

  /** Parts under names we do not know, such as a certificate; kept as they came. */
  evidence?: Readonly<Record<string, unknown>>;
}

/**
 * A lead as it is posted. Only `phone` is required; unknown keys are kept under `custom_fields`.
 * Other common spellings (`firstName`, `zipCode`, `consent.timestamp` …) are understood too.
 */
export class LeadSubmission {
  @ApiProperty({
    description: '10-digit US number or E.164; punctuation and an extension are fine.',
    example: '5551234567',
  })
  @IsString()
  @MaxLength(64)
  phone: string;

  @ApiPropertyOptional({ description: 'Where the lead comes from.', example: 'my-webform' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  source?: string;

  @ApiPropertyOptional({ example: 'Jane' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  first_name?: string;

  @ApiPropertyOptional({ example: 'Doe' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  last_name?: string;

  @ApiPropertyOptional({ example: 'jane@example.com' })
  @IsOptional()
  @IsString()
  @MaxLength(320)
  email?: string;

  @ApiPropertyOptional({ description: 'Two-letter code or full name.', example: 'TX' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  state?: string;

  @ApiPropertyOptional({ description: 'ISO 3166 code.', example: 'US' })
  @IsOptional()
  @IsString()
  @MaxLength(100)
  country?: string;

  @ApiPropertyOptional({ description: 'ZIP or ZIP+4.', example: '78701' })
  @IsOptional()
  @IsString()
  @MaxLength(20)
  zip?: string;

  @ApiPropertyOptional({ example: 'Austin' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  city?: string;

  @ApiPropertyOptional({ example: '1100 Congress Ave' })
  @IsOptional()
  @IsString()
  @MaxLength(400)
  address?: string;

  @ApiPropertyOptional({ description: 'Date of birth, YYYY-MM-DD or MM/DD/YYYY.' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  dob?: string;

  @ApiPropertyOptional({ type: ConsentSubmission })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ConsentSubmission)
  consent?: ConsentSubmission;

  @ApiPropertyOptional({
    description: 'Whatever else is known, at most 100 keys.',
    type: 'object',
    additionalProperties: true,
    example: { roof_age: 12 },
  })
  @IsOptional()
  @IsObject()
  custom_fields?: Record<string, unknown>;

  @ApiPropertyOptional({
    description: 'utm_*, gclid, fbclid, click_id, campaign, ad_id, sub1 … sub10.',
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { utm_source: 'google', utm_campaign: 'roofing-tx' },
  })
  @IsOptional()
  @IsObject()
  attribution?: Record<string, unknown>;
}
