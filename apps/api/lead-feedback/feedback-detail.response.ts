import { isErased } from '#libs/privacy';
import { type FeedbackRecord, type KnownFeedback } from '#libs/revenue';
import { ApiProperty } from '@nestjs/swagger';
import { PostbackWarning } from '../postbacks/postback-hit.response.js';
import {
  eventsView,
  PostbackHistoryEvent,
  RawPostback,
  rawView,
} from '../postbacks/postback.response.js';
import { LeadFeedbackSummary } from './feedback.response.js';

/** What a buyer said of a lead, with everything that is known of it. */
export class LeadFeedbackDetail extends LeadFeedbackSummary {
  @ApiProperty({ enum: ['lead'] })
  about: 'lead';

  @ApiProperty({ format: 'uuid', description: 'The id that its sender was answered.' })
  postback_id: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why, as the buyer gave it.' })
  said_reason: string | null;

  @ApiProperty({ type: [String], description: 'Ids of ours that were echoed.' })
  our_ids: readonly string[];

  @ApiProperty({ type: [PostbackWarning] })
  warnings: readonly PostbackWarning[];

  @ApiProperty({ type: RawPostback, nullable: true, description: 'null once it is erased.' })
  raw: RawPostback | null;

  @ApiProperty({ type: [PostbackHistoryEvent] })
  events: readonly PostbackHistoryEvent[];
}

export function feedbackDetail({ feedback, raw, history }: FeedbackRecord): LeadFeedbackDetail {
  const { received, place, reason } = feedback;
  const { feedbackId, reading, method } = received;
  return {
    ...{ about: 'lead', postback_id: feedbackId, feedback_id: feedbackId, reason },
    ...{ standing: standingOf(feedback), status: reading.status },
    ...{ received_at: received.receivedAt, token_id: received.tokenId },
    destination_id: received.destinationId,
    ...{ lead_id: place?.leadId ?? null, transfer_id: place?.transferId ?? null },
    ...{ said_reason: isErased(raw) ? null : raw.reason, our_ids: reading.ids },
    ...{ warnings: reading.warnings, raw: rawView(raw, method), events: eventsView(history) },
  };
}

/** The words that lists of feedback use. */
function standingOf({ status, place }: KnownFeedback): string {
  if (place !== null) return place.outcome;
  return status === 'unplaced' ? 'unmatched' : 'received';
}
