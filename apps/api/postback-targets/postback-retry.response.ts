import { type RetriedPostback } from '#libs/postbacks';
import { ApiProperty } from '@nestjs/swagger';
import { DELIVERY_STATUSES } from '#projections/postback-deliveries';
import { type FastifyReply } from 'fastify';
import { answerFromLog } from '../http/answer-from-log.js';

/** A delivery as it stands after it was to be tried again. */
export class RetriedDeliveryView {
  @ApiProperty({ format: 'uuid' })
  delivery_id: string;

  @ApiProperty({ enum: DELIVERY_STATUSES, description: 'pending: it is tried now, or is due.' })
  status: string;

  @ApiProperty({ description: 'How many attempts were made so far.', example: 8 })
  attempts: number;
}

/** How many deliveries of a target are tried again. */
export class RetriedDeliveriesView {
  @ApiProperty({ description: 'How many that were given up are tried again.', example: 12 })
  retried: number;

  @ApiProperty({ description: 'Whether there are more: send the request again.' })
  has_more: boolean;
}

/** A delivery after the command, with where in the log that is. */
export function answerRetried(reply: FastifyReply, retried: RetriedPostback): RetriedDeliveryView {
  answerFromLog(reply, retried);
  const { deliveryId, status, attempts } = retried;
  return { delivery_id: deliveryId, status, attempts };
}
