import { type Reading } from '#libs/revenue';
import { ApiProperty } from '@nestjs/swagger';
import { PostbackWarning } from './postback-hit.response.js';

/** How a report is read. */
export class PostbackReading {
  @ApiProperty({ description: 'Version of the alias map, and of your additions.', example: '1.0' })
  map_version: string;

  @ApiProperty({ enum: ['json', 'form', 'xml', 'query', 'mixed', 'unreadable'] })
  format: string;

  @ApiProperty({ type: [String], description: 'Ids of ours that were echoed.' })
  our_ids: readonly string[];

  @ApiProperty({ type: String, nullable: true, description: 'The sender’s name for the call.' })
  vendor_call_id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Keyed hash of the caller’s number.' })
  caller_hash: string | null;

  @ApiProperty({ type: String, nullable: true, enum: ['missing', 'unparseable', 'anonymous'] })
  caller_problem: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  duration_seconds: number | null;

  @ApiProperty({ type: String, nullable: true })
  buyer: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'In minor units, e.g. cents.' })
  payout_minor: number | null;

  @ApiProperty({ enum: ['set', 'add'], description: 'The whole, or an addition.' })
  payout_mode: string;

  @ApiProperty({ example: 'USD' })
  currency: string;

  @ApiProperty({ type: Boolean, nullable: true })
  billable: boolean | null;

  @ApiProperty({ description: 'Whether the sender calls it a duplicate.' })
  is_duplicate: boolean;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  call_at: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'By what was understood, the name of the field it was read from.',
  })
  fields: Readonly<Record<string, string>>;

  @ApiProperty({ type: [PostbackWarning] })
  warnings: readonly PostbackWarning[];
}

/** A reading as the api shows it. */
export function readingView(reading: Reading): PostbackReading {
  const { format, buyer, currency, billable, fields, warnings } = reading;
  return {
    ...{ map_version: reading.mapVersion, format, our_ids: reading.ids },
    ...{ vendor_call_id: reading.vendorCallId, caller_hash: reading.callerHash },
    ...{ caller_problem: reading.callerProblem, duration_seconds: reading.durationSeconds, buyer },
    ...{ payout_minor: reading.payoutMinor, payout_mode: reading.payoutMode, currency, billable },
    ...{ is_duplicate: reading.isDuplicate, call_at: reading.callAt, fields, warnings },
  };
}
