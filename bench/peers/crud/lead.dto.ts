import { Type } from 'class-transformer';
import { IsObject, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';

/** Consent as submitted. An incomplete one makes the lead ineligible, not the request wrong. */
export class ConsentDto {
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
  @MaxLength(2_048)
  source_url?: string;
}

/** The body of POST /v1/leads. Unknown fields are kept as custom fields. */
export class LeadDto {
  @IsString()
  @MaxLength(64)
  phone!: string;

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
  @MaxLength(20)
  zip?: string;

  @IsOptional()
  @IsString()
  @MaxLength(200)
  city?: string;

  @IsOptional()
  @IsString()
  @MaxLength(32)
  dob?: string;

  @IsOptional()
  @IsObject()
  attribution?: Record<string, unknown>;

  @IsOptional()
  @IsObject()
  custom_fields?: Record<string, unknown>;

  @IsOptional()
  @ValidateNested()
  @Type(() => ConsentDto)
  consent?: ConsentDto;
}

const known: ReadonlySet<string> = new Set([
  'phone',
  'source',
  'first_name',
  'last_name',
  'email',
  'state',
  'zip',
  'city',
  'dob',
  'attribution',
  'custom_fields',
  'consent',
]);

/** What was sent under names the body does not know, together with `custom_fields`. */
export function customFields(lead: LeadDto): Record<string, unknown> {
  const fields: Record<string, unknown> = { ...lead.custom_fields };
  for (const [name, value] of Object.entries(lead)) {
    if (!known.has(name)) fields[name] = value;
  }
  return fields;
}
