import { ANSWERED_BY, CALL_DISPOSITIONS } from '#events/calls';
import { type CallListRow } from '#projections/call-list';
import { ApiProperty } from '@nestjs/swagger';
import { AnswerAsOf } from '../http/answer-as-of.js';
import { LimitedPage } from '../http/page.response.js';
import { LeadHistoryEvent } from '../leads/lead-history.response.js';
import { callRecord, CallRecordView } from './call-record.response.js';
import { callEstimate, CallEstimate, CallTransfer } from './call-transfer.response.js';

/** A call to a consumer, and what came of it. */
export class CallSummary {
  @ApiProperty({ format: 'uuid' })
  call_id: string;

  @ApiProperty({ format: 'uuid' })
  lead_id: string;

  @ApiProperty({ enum: ['live', 'test'], example: 'live' })
  mode: string;

  @ApiProperty({ description: 'Which call to the lead it is, from 1.', example: 1 })
  attempt: number;

  @ApiProperty({ enum: ['open', 'ended'], description: 'Under way, or over.', example: 'ended' })
  status: 'open' | 'ended';

  @ApiProperty({ enum: CALL_DISPOSITIONS, nullable: true, description: 'How it ended.' })
  disposition: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'twilio' })
  provider: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The provider’s name for it.' })
  provider_call_id: string | null;

  @ApiProperty({ format: 'date-time', description: 'When it was decided to dial.' })
  attempted_at: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  rang_at: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  answered_at: string | null;

  @ApiProperty({ enum: ANSWERED_BY, nullable: true, example: 'human' })
  answered_by: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When consumer and destination were connected; starts the billable clock.',
  })
  bridged_at: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  ended_at: string | null;

  @ApiProperty({ type: Number, nullable: true, description: 'From the consumer’s answer on.' })
  talk_seconds: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'From the bridge on.' })
  connected_seconds: number | null;

  @ApiProperty({
    enum: ['consumer', 'destination', 'system', 'unknown'],
    nullable: true,
    example: 'consumer',
  })
  hung_up_by: string | null;

  @ApiProperty({ description: 'How many destinations were tried.', example: 1 })
  transfer_attempts: number;

  @ApiProperty({ type: String, nullable: true, description: 'The transfer tried last.' })
  transfer_id: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Where that went to.' })
  destination_id: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Bright Solar' })
  destination_name: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Number or SIP address of the party the consumer was transferred to.',
  })
  transfer_number: string | null;

  @ApiProperty({ type: CallEstimate, nullable: true })
  estimate: CallEstimate | null;

  @ApiProperty({ type: CallRecordView })
  record: CallRecordView;
}

/** A call with its transfers and everything that happened on it. */
export class CallDetail extends CallSummary {
  @ApiProperty({ type: [CallTransfer], description: 'In the order they were tried.' })
  transfers: readonly CallTransfer[];

  @ApiProperty({ type: [LeadHistoryEvent], description: 'From the history of its lead.' })
  events: readonly LeadHistoryEvent[];

  @ApiProperty({ type: AnswerAsOf })
  as_of: AnswerAsOf;
}

/** One page of calls, newest first. */
export class CallPage extends LimitedPage {
  @ApiProperty({ type: [CallSummary] })
  calls: readonly CallSummary[];
}

export function callSummary(row: CallListRow): CallSummary {
  return { ...factsOf(row), record: callRecord(row) };
}

/** A call with what was read of it besides its row. */
export function callDetail(
  row: CallListRow,
  rest: Pick<CallDetail, 'transfers' | 'events' | 'as_of'>,
): CallDetail {
  return { ...factsOf(row), record: callRecord(row), ...rest };
}

function factsOf(row: CallListRow): Omit<CallSummary, 'record'> {
  return {
    ...{ call_id: row.callId, lead_id: row.leadId, mode: row.mode, attempt: row.attempt },
    ...{ status: row.endedAt === null ? 'open' : 'ended', disposition: row.disposition },
    ...{ provider: row.provider, provider_call_id: row.providerCallId },
    ...{ attempted_at: row.attemptedAt, rang_at: row.rangAt, answered_at: row.answeredAt },
    ...{ answered_by: row.answeredBy, bridged_at: row.bridgedAt, ended_at: row.endedAt },
    ...{ talk_seconds: row.talkSeconds, connected_seconds: row.connectedSeconds },
    ...{ hung_up_by: row.hungUpBy, transfer_attempts: row.transferAttempts },
    ...{ transfer_id: row.transferId, destination_id: row.destinationId },
    ...{ destination_name: row.destinationName, transfer_number: row.transferNumber },
    estimate: callEstimate(row),
  };
}
