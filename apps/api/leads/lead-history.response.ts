import { type HistoryEntry } from '#libs/leads';
import { isErased } from '#libs/privacy';
import { ApiProperty } from '@nestjs/swagger';

/** Who caused an event. */
export class EventActor {
  @ApiProperty({ enum: ['api_key', 'operator', 'system'], example: 'api_key' })
  kind: string;

  @ApiProperty({ description: 'The key’s id, the operator or the component.' })
  id: string;
}

/** One thing that happened to a lead. */
export class LeadHistoryEvent {
  @ApiProperty({ format: 'uuid' })
  event_id: string;

  @ApiProperty({ description: 'Which fact it states.', example: 'LeadReceived' })
  type: string;

  @ApiProperty({ description: 'Its number in the lead’s history, from 0.', example: '0' })
  revision: string;

  @ApiProperty({ type: String, nullable: true, description: 'Its place in the whole log.' })
  position: string | null;

  @ApiProperty({ format: 'date-time' })
  occurred_at: string;

  @ApiProperty({ format: 'date-time' })
  recorded_at: string;

  @ApiProperty({ type: EventActor })
  actor: EventActor;

  @ApiProperty({ type: String, nullable: true, description: 'The caller’s address.' })
  ip: string | null;

  @ApiProperty({ type: String, nullable: true })
  user_agent: string | null;

  @ApiProperty({ format: 'uuid', description: 'Events with one command id came of one decision.' })
  command_id: string;

  @ApiProperty({ description: 'The request or event that led to it.' })
  causation_id: string;

  @ApiProperty()
  correlation_id: string;

  @ApiProperty({ example: 1 })
  schema_version: number;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'The fact itself.' })
  data: Record<string, unknown>;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description: 'What of it is personal; null if nothing is, `{"erased": true}` once erased.',
  })
  personal: Record<string, unknown> | null;
}

/** Everything that happened to a lead, in order. */
export class LeadHistory {
  @ApiProperty({ format: 'uuid' })
  lead_id: string;

  @ApiProperty({ type: [LeadHistoryEvent] })
  events: readonly LeadHistoryEvent[];
}

/** Ids may be asked for in capitals; they are written in small letters. */
export function leadHistory(leadId: string, entries: readonly HistoryEntry[]): LeadHistory {
  return { lead_id: leadId.toLowerCase(), events: entries.map(historyEvent) };
}

function historyEvent({ event, personal, origin }: HistoryEntry): LeadHistoryEvent {
  const { metadata } = event;
  const data = Object.entries(event.data).filter(([name]) => name !== 'personal');
  const from = origin === null || isErased(origin) ? {} : origin;
  return {
    ...{ event_id: event.id, type: event.type, revision: String(event.revision) },
    position: event.position === null ? null : String(event.position),
    ...{ occurred_at: metadata.occurredAt, recorded_at: event.recordedAt.toISOString() },
    actor: metadata.actor,
    ...{ ip: from.ip ?? null, user_agent: from.userAgent ?? null },
    ...{ command_id: metadata.commandId, causation_id: metadata.$causationId },
    ...{ correlation_id: metadata.$correlationId, schema_version: metadata.schemaVersion },
    ...{ data: Object.fromEntries(data), personal: personal as Record<string, unknown> | null },
  };
}
