import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsObject, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';

/**
 * Evidence of prior express written consent. All three parts are needed for a lead to be dialed.
 */
export class ConsentSubmission {
  @IsOptional()
  @IsString()
  @MaxLength(64)
  consent_timestamp?: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  consent_text_version?: string;

  @IsOptional()
  @IsString()
  @MaxLength(2048)
  source_url?: string;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  ip?: string;

  @IsOptional()
  @IsString()
  @MaxLength(1024)
  user_agent?: string;

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
  @IsString()
  @MaxLength(64)
  phone: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  source?: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  first_name?: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  last_name?: string;

  @IsOptional()
  @IsString()
  @MaxLength(320)
  email?: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  state?: string;

  @IsOptional()
  @IsString()
  @MaxLength(100)
  country?: string;

  @IsOptional()
  @IsString()
  @MaxLength(20)
  zip?: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  city?: string;

  @IsOptional()
  @IsString()
  @MaxLength(400)
  address?: string;

  @IsOptional()
  @IsString()
  @MaxLength(40)
  dob?: string;

  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => ConsentSubmission)
  consent?: ConsentSubmission;

  @IsOptional()
  @IsObject()
  custom_fields?: Record<string, unknown>;

  @IsOptional()
  @IsObject()
  attribution?: Record<string, unknown>;
}
