import { LEAD_STATUSES, type OptOutResult, type RecordConsentResult } from '#libs/leads';
import { ApiProperty } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { POSITION_HEADER } from '../http/position-header.js';

/** Where a lead stands after consent was added or taken back. */
export class ConsentReceipt {
  @ApiProperty({ format: 'uuid' })
  lead_id: string;

  @ApiProperty({ enum: LEAD_STATUSES, example: 'new' })
  status: string;

  @ApiProperty({ type: [String], example: [] })
  ineligible_reasons: readonly string[];
}

/** Answers where the lead stands now, and says where in the log that is. */
export function answerConsent(
  reply: FastifyReply,
  result: RecordConsentResult | OptOutResult,
): ConsentReceipt {
  const { leadId, status, ineligibleReasons, position } = result;
  if (position !== null) reply.header(POSITION_HEADER, String(position));
  return { lead_id: leadId, status, ineligible_reasons: ineligibleReasons };
}
