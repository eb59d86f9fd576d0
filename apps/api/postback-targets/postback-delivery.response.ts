import { ATTEMPT_FAILURES, GIVEN_UP_REASONS } from '#events/postbacks';
import {
  DELIVERY_STATUSES,
  type PostbackDeliveryRow,
  type TargetAmount,
} from '#projections/postback-deliveries';
import { ApiProperty } from '@nestjs/swagger';
import { AnswerAsOf } from '../http/answer-as-of.js';
import { LimitedPage } from '../http/page.response.js';
import { MoneyView, moneyView } from '../reports/money-view.js';

/** What a target answered last. */
export class TargetAnswerView {
  @ApiProperty({ description: 'HTTP status.', example: 503 })
  status: number;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'The first 4 KiB; null if there was none, or the person was erased.',
  })
  body: string | null;

  @ApiProperty({ example: 120 })
  took_ms: number;
}

/** A postback to a target, and what has become of it. */
export class PostbackDeliveryView {
  @ApiProperty({ format: 'uuid', description: 'Sent as webhook-id with every attempt.' })
  delivery_id: string;

  @ApiProperty({ enum: DELIVERY_STATUSES })
  status: string;

  @ApiProperty({ format: 'uuid' })
  target_id: string;

  @ApiProperty({ format: 'uuid' })
  lead_id: string;

  @ApiProperty({ format: 'uuid' })
  call_id: string;

  @ApiProperty({ format: 'uuid' })
  transfer_id: string;

  @ApiProperty({
    type: MoneyView,
    nullable: true,
    description:
      'What it is paid for the call by its terms, as told; null if it is told no amount.',
  })
  payout: MoneyView | null;

  @ApiProperty({ example: 1 })
  attempts: number;

  @ApiProperty({ format: 'date-time' })
  scheduled_at: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  last_attempt_at: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time', description: 'While pending.' })
  next_attempt_at: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: ATTEMPT_FAILURES,
    description: 'Why the last attempt was not a success.',
  })
  last_failure: string | null;

  @ApiProperty({ type: TargetAnswerView, nullable: true })
  last_answer: TargetAnswerView | null;

  @ApiProperty({
    type: String,
    nullable: true,
    enum: GIVEN_UP_REASONS,
    description: 'Why nothing more is sent.',
  })
  given_up_reason: string | null;
}

/** One page of deliveries, newest first. */
export class PostbackDeliveryPage extends LimitedPage {
  @ApiProperty({ type: [PostbackDeliveryView] })
  deliveries: readonly PostbackDeliveryView[];
}

/** What a target is owed in one currency. */
export class TargetAmountView {
  @ApiProperty({ format: 'uuid' })
  target_id: string;

  @ApiProperty({ description: 'Transfers it was to be told an amount of.', example: 12 })
  transfers: number;

  @ApiProperty({ type: MoneyView })
  payout: MoneyView | null;
}

/** What targets are owed. */
export class TargetAmountList {
  @ApiProperty({ type: [TargetAmountView], description: 'One for each target and currency.' })
  amounts: readonly TargetAmountView[];

  @ApiProperty({ type: AnswerAsOf })
  as_of: AnswerAsOf;
}

/** What a target is owed, as it is told. */
export function targetAmountView(owed: TargetAmount): TargetAmountView {
  const { targetId: target_id, transfers, amountMinor, currency } = owed;
  return { target_id, transfers, payout: moneyView(amountMinor, currency) };
}

/** A delivery, with its last answer opened. */
export function postbackDeliveryView(
  row: PostbackDeliveryRow,
  body: string | null,
): PostbackDeliveryView {
  const { lastStatus: status, lastTookMs: took } = row;
  return {
    ...{ delivery_id: row.deliveryId, status: row.status, target_id: row.targetId },
    ...{ lead_id: row.leadId, call_id: row.callId, transfer_id: row.transferId },
    payout: moneyView(row.amountMinor, row.currency),
    ...{ attempts: row.attempts, scheduled_at: row.scheduledAt },
    ...{ last_attempt_at: row.lastAttemptAt, next_attempt_at: row.nextAttemptAt },
    last_failure: row.lastFailure,
    last_answer: status === null ? null : { status, body, took_ms: took ?? 0 },
    given_up_reason: row.givenUpReason,
  };
}
