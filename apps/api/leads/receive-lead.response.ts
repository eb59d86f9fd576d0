import { LEAD_STATUSES, type ReceiveLeadResult } from '#libs/leads';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { answerFromLog } from '../http/answer-from-log.js';

/** Something odd about a field that was kept as it came. */
export class FieldWarning {
  @ApiProperty({ description: 'The submitted field.', example: 'state' })
  field: string;

  @ApiProperty({ description: 'What was odd about it.', example: 'state_not_understood' })
  code: string;
}

/** What became of a submission. */
export class LeadReceipt {
  @ApiProperty({
    enum: ['created', 'duplicate'],
    description: 'duplicate: the phone came in the last 30 days; nothing new was stored.',
    example: 'created',
  })
  outcome: 'created' | 'duplicate';

  @ApiProperty({ format: 'uuid', example: '3f0c1f6a-3a55-8d0e-9a0c-0c6c2a1d8b52' })
  lead_id: string;

  @ApiProperty({
    enum: LEAD_STATUSES,
    description:
      'ineligible leads are kept and never dialed. A duplicate shows where its lead stands.',
    example: 'new',
  })
  status: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'Why the lead is ineligible; left out when it is not.',
    example: ['consent_missing'],
  })
  ineligible_reasons?: readonly string[];

  @ApiPropertyOptional({ type: [FieldWarning], description: 'Left out when there are none.' })
  warnings?: readonly FieldWarning[];
}

/** Answers 201 for a new lead and 200 for a duplicate, and says where in the log it is. */
export function answerReceived(reply: FastifyReply, result: ReceiveLeadResult): LeadReceipt {
  const { outcome, leadId, status, ineligibleReasons, warnings } = result;
  Object.assign(reply.request.exchange, { outcome, leadId, ineligibleReasons });
  reply.code(outcome === 'created' ? 201 : 200);
  answerFromLog(reply, result);
  return {
    outcome,
    lead_id: leadId,
    status,
    ...(ineligibleReasons.length > 0 && { ineligible_reasons: ineligibleReasons }),
    ...(warnings.length > 0 && { warnings }),
  };
}
