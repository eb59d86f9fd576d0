import { LEAD_STATUSES, type LeadView, type PersonalData } from '#libs/leads';
import { type Erased, isErased } from '#libs/privacy';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type LeadListRow } from '#projections/lead-list';
import { LimitedPage } from '../http/page.response.js';
import { FieldWarning } from './receive-lead.response.js';

/** What a lead says of its person. Opened for keys of its own tenant; gone once erased. */
export class LeadPerson {
  @ApiProperty({ description: 'E.164.', example: '+15551234567' })
  phone: string;

  @ApiPropertyOptional({ description: 'The phone as it was submitted.', example: '5551234567' })
  phone_raw?: string;

  @ApiPropertyOptional({ example: '44' })
  phone_extension?: string;

  @ApiPropertyOptional({ example: 'Jane' })
  first_name?: string;

  @ApiPropertyOptional({ example: 'Doe' })
  last_name?: string;

  @ApiPropertyOptional({ example: 'jane@example.com' })
  email?: string;

  @ApiPropertyOptional({ example: '1100 Congress Ave' })
  address?: string;

  @ApiPropertyOptional({ example: 'Austin' })
  city?: string;

  @ApiPropertyOptional({ example: '78701' })
  zip?: string;

  @ApiPropertyOptional({ example: '1980-02-29' })
  dob?: string;

  @ApiPropertyOptional({ description: 'The state as submitted, where it was not understood.' })
  state_raw?: string;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  custom_fields?: Record<string, unknown>;

  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  attribution?: Record<string, string>;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'The rest of the consent that counts; lists leave it out.',
  })
  consent?: Record<string, unknown>;
}

/** The facts of a lead that say nothing of its person. */
export class LeadSummary {
  @ApiProperty({ format: 'uuid', example: '3f0c1f6a-3a55-8d0e-9a0c-0c6c2a1d8b52' })
  lead_id: string;

  @ApiProperty({ enum: LEAD_STATUSES, example: 'new' })
  status: string;

  @ApiProperty({ type: [String], example: [] })
  ineligible_reasons: readonly string[];

  @ApiProperty({ type: String, nullable: true, example: 'my-webform' })
  source: string | null;

  @ApiProperty({ enum: ['api', 'csv'], example: 'api' })
  channel: string;

  @ApiProperty({ enum: ['live', 'test'], example: 'live' })
  mode: string;

  @ApiProperty({ type: String, nullable: true, example: 'TX' })
  state: string | null;

  @ApiProperty({ description: 'How often the phone came again within 30 days.', example: 0 })
  duplicates: number;

  @ApiProperty({ description: 'How often the consumer was called.', example: 1 })
  calls: number;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When the last call was decided on.',
    example: '2026-07-05T12:00:05.000Z',
  })
  last_call_at: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-07-05T12:00:03.000Z' })
  received_at: string;

  @ApiProperty({ format: 'date-time', example: '2026-07-05T12:00:03.000Z' })
  updated_at: string;

  @ApiProperty({ description: 'Of the last event, as `asOf` takes it.', example: '0' })
  revision: string;

  @ApiProperty({ description: 'Whether the person was erased; `person` is null then.' })
  erased: boolean;

  @ApiProperty({ type: LeadPerson, nullable: true })
  person: LeadPerson | null;
}

/** What was recorded of the consumer's consent. */
export class LeadConsent {
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  consent_timestamp: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'webform-v2' })
  consent_text_version: string | null;

  @ApiProperty({ type: [String], description: 'Parts that are missing or unusable.', example: [] })
  problems: readonly string[];
}

/** A lead, folded from its whole history. */
export class LeadDetail extends LeadSummary {
  @ApiProperty({ type: String, nullable: true, example: 'US' })
  country: string | null;

  @ApiProperty({ type: LeadConsent, nullable: true })
  consent: LeadConsent | null;

  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  campaign: Record<string, string>;

  @ApiProperty({ type: [FieldWarning] })
  warnings: readonly FieldWarning[];

  @ApiProperty({ type: String, nullable: true, description: 'The key that submitted it.' })
  api_key_id: string | null;
}

/** One page of leads, newest first. */
export class LeadPage extends LimitedPage {
  @ApiProperty({ type: [LeadSummary] })
  leads: readonly LeadSummary[];
}

export function leadSummary(row: LeadListRow, personal: PersonalData | Erased): LeadSummary {
  const { leadId, status, ineligibleReasons, source, channel, mode, state } = row;
  return {
    ...{ lead_id: leadId, status, ineligible_reasons: ineligibleReasons },
    ...{ source, channel, mode, state, duplicates: row.duplicateCount },
    ...{ calls: row.callCount, last_call_at: row.lastCallAt },
    ...{ received_at: row.receivedAt, updated_at: row.updatedAt, revision: String(row.revision) },
    ...personOf(isErased(personal) ? personal : withoutConsent(personal)),
  };
}

/** A list knows what was submitted; consent recorded later is in the lead itself. */
function withoutConsent(personal: PersonalData): PersonalData {
  const entries = Object.entries(personal).filter(([name]) => name !== 'consent');
  return Object.fromEntries(entries) as unknown as PersonalData;
}

export function leadDetail({
  state,
  received,
  personal,
  revision,
  updatedAt,
}: LeadView): LeadDetail {
  const { leadId, source, channel, mode, country, campaign, warnings, apiKeyId } = received;
  const { status, ineligibleReasons, duplicates, consent, calls, lastCallAt } = state;
  return {
    ...{ lead_id: leadId, status, ineligible_reasons: ineligibleReasons },
    ...{ source, channel, mode, state: received.state, country, duplicates },
    ...{ calls, last_call_at: lastCallAt },
    ...{ received_at: received.receivedAt, updated_at: updatedAt.toISOString() },
    ...{ revision: String(revision), campaign, warnings, api_key_id: apiKeyId },
    consent: consent && {
      consent_timestamp: consent.timestamp,
      consent_text_version: consent.textVersion,
      problems: consent.problems,
    },
    ...personOf(personal),
  };
}

function personOf(personal: PersonalData | Erased): Pick<LeadSummary, 'erased' | 'person'> {
  if (isErased(personal)) return { erased: true, person: null };
  return { erased: false, person: personal };
}
