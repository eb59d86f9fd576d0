import { type CallListRow } from '#projections/call-list';
import { ApiProperty } from '@nestjs/swagger';

/** What a telemarketing call record must show beside times, duration and outcome. */
export class CallRecordView {
  @ApiProperty({ description: 'Who calls.', example: 'Acme Calls' })
  telemarketer: string;

  @ApiProperty({ description: 'On whose behalf.', example: 'Acme Solar' })
  seller: string;

  @ApiProperty({ description: 'The goods or service.', example: 'solar panels' })
  offering: string;

  @ApiProperty({ enum: ['consumer', 'business'], example: 'consumer' })
  called_party: string;

  @ApiProperty({ enum: ['outbound'], example: 'outbound' })
  direction: 'outbound';

  @ApiProperty({ description: 'Whether a recorded or artificial voice speaks.' })
  prerecorded: boolean;

  @ApiProperty({ description: 'E.164 number shown to the consumer.', example: '+15125550100' })
  calling_number: string;

  @ApiProperty({ type: String, nullable: true, example: 'ACME' })
  caller_id_name: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'On which authority both are used.' })
  caller_id_authorisation: string | null;

  @ApiProperty({ description: 'Keyed hash of the number called; the lead holds the number.' })
  called_number_hash: string;

  @ApiProperty({ format: 'uuid', description: 'The script the consumer heard.' })
  script_id: string;

  @ApiProperty({ example: 1 })
  script_version: number;
}

export function callRecord(row: CallListRow): CallRecordView {
  return {
    ...{ telemarketer: row.telemarketer, seller: row.seller, offering: row.offering },
    ...{ called_party: row.calledParty, direction: 'outbound', prerecorded: row.prerecorded },
    ...{ calling_number: row.callingNumber, caller_id_name: row.callerIdName },
    ...{ caller_id_authorisation: row.callerIdAuthorisation },
    ...{ called_number_hash: row.calledNumberHash },
    ...{ script_id: row.scriptId, script_version: row.scriptVersion },
  };
}
