import { type RecordConsentResult } from '#libs/leads';
import { ApiProperty } from '@nestjs/swagger';

/** Where a lead stands after consent was added. */
export class ConsentReceipt {
  @ApiProperty({ format: 'uuid' })
  lead_id: string;

  @ApiProperty({ enum: ['new', 'ineligible'], example: 'new' })
  status: string;

  @ApiProperty({ type: [String], example: [] })
  ineligible_reasons: readonly string[];
}

export function consentReceipt(result: RecordConsentResult): ConsentReceipt {
  const { leadId, status, ineligibleReasons } = result;
  return { lead_id: leadId, status, ineligible_reasons: ineligibleReasons };
}
