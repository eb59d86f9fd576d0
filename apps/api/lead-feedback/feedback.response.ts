import { FEEDBACK_STATUSES, UNPLACED_REASONS } from '#libs/revenue';
import { type LeadFeedbackRow } from '#projections/lead-feedback';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { LimitedPage } from '../http/page.response.js';
import { answerReports, PostbackWarning } from '../postbacks/postback-hit.response.js';
import { type TakenFeedback } from './feedback-desk.js';

/** What may have become of feedback. */
export const FEEDBACK_STANDINGS = [
  ...(['received', 'matched', 'duplicate', 'revised', 'unmatched'] as const),
] as const;

/** What has become of what a buyer said of a lead. */
export class LeadFeedbackOutcome {
  @ApiProperty({
    enum: ['matched', 'unmatched', 'duplicate', 'revised'],
    description:
      'matched: the first of its token on the lead. duplicate: the same status again. revised: ' +
      'another than the last. unmatched: it is kept, and listed with its reason.',
  })
  outcome: string;

  @ApiProperty({ format: 'uuid' })
  postback_id: string;

  @ApiPropertyOptional({ format: 'uuid' })
  lead_id?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Where a transfer was named.' })
  transfer_id?: string;

  @ApiPropertyOptional({
    description: `Why it is unmatched: not_matched_yet, ${UNPLACED_REASONS.join(', ')}.`,
    example: 'unknown_id',
  })
  reason?: string;

  @ApiProperty({ type: [PostbackWarning] })
  warnings: readonly PostbackWarning[];
}

/** The same, as the family of distribution answers. */
export class LeadFeedbackAnswer {
  @ApiProperty({ type: LeadFeedbackOutcome })
  data: LeadFeedbackOutcome;
}

/** What a buyer said of a lead, as lists show it. */
export class LeadFeedbackSummary {
  @ApiProperty({ format: 'uuid' })
  feedback_id: string;

  @ApiProperty({ enum: FEEDBACK_STANDINGS, description: 'What has become of it.' })
  standing: string;

  @ApiProperty({ enum: UNPLACED_REASONS, nullable: true, description: 'Why it is unmatched.' })
  reason: string | null;

  @ApiProperty({ enum: FEEDBACK_STATUSES, nullable: true, description: 'What it says.' })
  status: string | null;

  @ApiProperty({ format: 'date-time' })
  received_at: string;

  @ApiProperty({ format: 'uuid', description: 'The token it came with.' })
  token_id: string;

  @ApiProperty({ type: String, nullable: true, description: 'The destination its token is for.' })
  destination_id: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  lead_id: string | null;

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  transfer_id: string | null;
}

/** One page of it, newest first. */
export class LeadFeedbackPage extends LimitedPage {
  @ApiProperty({ type: [LeadFeedbackSummary] })
  feedback: readonly LeadFeedbackSummary[];
}

export function feedbackSummary(row: LeadFeedbackRow): LeadFeedbackSummary {
  return {
    ...{ feedback_id: row.feedbackId, standing: row.standing, reason: row.reason },
    ...{ status: row.status, received_at: row.receivedAt, token_id: row.tokenId },
    ...{ destination_id: row.destinationId, lead_id: row.leadId, transfer_id: row.transferId },
  };
}

/** As reports on calls are answered. */
export function answerFeedback(
  request: FastifyRequest,
  reply: FastifyReply,
  taken: readonly TakenFeedback[],
) {
  const answered = taken.map((each) => ({
    outcome: outcomeOf(each),
    positions: [each.received.position, each.standing?.position],
    warnings: each.received.feedback.received.reading.warnings,
  }));
  return answerReports<LeadFeedbackOutcome>(request, reply, answered);
}

function outcomeOf({ received, standing }: TakenFeedback): LeadFeedbackOutcome {
  const { place, reason, received: sent } = (standing ?? received).feedback;
  const { feedbackId: postback_id, reading } = sent;
  const { warnings } = reading;
  if (place === null) {
    return { outcome: 'unmatched', postback_id, reason: reason ?? 'not_matched_yet', warnings };
  }
  const { outcome, leadId: lead_id, transferId } = place;
  const named = transferId === null ? {} : { transfer_id: transferId };
  return { outcome, postback_id, lead_id, ...named, warnings };
}
