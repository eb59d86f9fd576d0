import { type TransferMatchingRow } from '#projections/transfer-matching';
import { ApiProperty } from '@nestjs/swagger';

/** What a call is worth before the buyer has reported. */
export class CallEstimate {
  @ApiProperty({ description: 'In minor units of the currency.', example: 3000 })
  amount_minor: number;

  @ApiProperty({ description: 'ISO 4217.', example: 'USD' })
  currency: string;

  @ApiProperty({ description: 'Whether it was long enough to be paid for.' })
  billable: boolean;
}

/** One attempt to hand the consumer over to a destination. */
export class CallTransfer {
  @ApiProperty({ format: 'uuid' })
  transfer_id: string;

  @ApiProperty({ format: 'uuid' })
  destination_id: string;

  @ApiProperty({ example: 'Bright Solar' })
  destination_name: string;

  @ApiProperty({
    enum: ['requested', 'dialing', 'whispering', 'bridged', 'ended', 'failed'],
    example: 'ended',
  })
  status: string;

  @ApiProperty({ type: String, nullable: true, description: 'Why it failed.', example: 'busy' })
  failure: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Our number the destination was shown; null: the consumer’s own.',
  })
  presented_caller_id: string | null;

  @ApiProperty({ format: 'date-time' })
  requested_at: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  dialed_at: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  answered_at: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  bridged_at: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  ended_at: string | null;

  @ApiProperty({ type: Number, nullable: true, example: 120 })
  connected_seconds: number | null;

  @ApiProperty({ type: CallEstimate, nullable: true })
  estimate: CallEstimate | null;
}

export function callTransfer(row: TransferMatchingRow): CallTransfer {
  return {
    ...{ transfer_id: row.transferId, destination_id: row.destinationId },
    ...{ destination_name: row.destinationName, status: row.status, failure: row.failure },
    ...{ presented_caller_id: row.presentedCallerId, requested_at: row.requestedAt },
    ...{ dialed_at: row.dialedAt, answered_at: row.answeredAt, bridged_at: row.bridgedAt },
    ...{ ended_at: row.endedAt, connected_seconds: row.connectedSeconds },
    estimate: callEstimate(row),
  };
}

/** Cents are far below what a number can hold. */
export function callEstimate({
  estimatedMinor,
  currency,
  billable,
}: Pick<TransferMatchingRow, 'estimatedMinor' | 'currency' | 'billable'>): CallEstimate | null {
  if (estimatedMinor === null || currency === null) return null;
  return { amount_minor: Number(estimatedMinor), currency, billable: billable === true };
}
