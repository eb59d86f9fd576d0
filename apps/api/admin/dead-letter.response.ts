import { type DeadLetter, type DeadLetterSequence, type Page } from '#libs/read-db';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Pagination, paginationOf } from '../http/page.response.js';

/** An event that a build did not apply. Its data stay in the log and are told nowhere here. */
export class DeadLetterView {
  @ApiProperty({ example: 'lead_list' })
  projection: string;

  @ApiProperty({ example: 1 })
  build: number;

  @ApiProperty({ description: 'The row it would change; later events of that row wait behind it.' })
  key: string;

  @ApiProperty({ example: '81273' })
  position: string;

  @ApiProperty({ format: 'uuid' })
  event_id: string;

  @ApiProperty({ example: 'LeadReceived' })
  event_type: string;

  @ApiProperty({ example: 'lead-0b1c9e52-6d0f-8a3e-9f57-2f4f6c1d7a10' })
  stream: string;

  @ApiProperty({ example: '0' })
  revision: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Why it cannot be applied; null if it only waits for one before it.',
  })
  reason: string | null;

  @ApiProperty({ enum: ['parked', 'skipped'] })
  state: string;

  @ApiProperty({ format: 'date-time' })
  parked_at: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  skipped_at: string | null;

  @ApiProperty({ type: String, nullable: true })
  skipped_by: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why, as whoever skipped it put it.' })
  skip_reason: string | null;

  @ApiPropertyOptional({ description: 'In lists: how many events wait under the key.', example: 3 })
  events?: number;
}

export class DeadLetterPage {
  @ApiProperty({ type: [DeadLetterView], description: 'The first event of each key.' })
  data: readonly DeadLetterView[];

  @ApiProperty({ type: Pagination })
  pagination: Pagination;
}

export class DeadLetterList {
  @ApiProperty({ type: [DeadLetterView], description: 'In the order of the log.' })
  data: readonly DeadLetterView[];
}

export function deadLetterPage(page: Page<DeadLetterSequence>): DeadLetterPage {
  return {
    data: page.items.map((letter) => deadLetterView(letter, letter.letters)),
    pagination: paginationOf(page),
  };
}

/** A dead letter; with how many `events` wait under its key where that is told. */
export function deadLetterView(letter: DeadLetter, events?: number): DeadLetterView {
  const { name: projection, build, key, position, eventId, eventType, stream, revision } = letter;
  const { reason, state, parkedAt, handledAt, handledBy, note } = letter;
  return {
    ...{ projection, build, key, position: String(position), revision: String(revision), stream },
    ...{ event_id: eventId, event_type: eventType, reason, state, parked_at: parkedAt },
    ...{ skipped_at: handledAt, skipped_by: handledBy, skip_reason: note },
    ...(events !== undefined && { events }),
  };
}
