import { type Moment } from '#libs/event-store';
import { type Standing } from '#libs/read-db';
import { ApiProperty } from '@nestjs/swagger';

/** Which moment an answer shows. */
export class AnswerAsOf {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'How far the list had followed the log, or the position asked for.',
    example: '2388',
  })
  position: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description:
      'Everything recorded by then is shown. The instant asked for; null where a position was.',
    example: '2026-07-05T12:00:03.000Z',
  })
  timestamp: string | null;
}

/** What a list says of itself: how far its read model is, or which moment was asked for. */
export function answerAsOf({ position, passedAt }: Standing, moment?: Moment): AnswerAsOf {
  if (moment?.kind === 'position') return { position: String(moment.position), timestamp: null };
  return {
    position: position === null ? null : String(position),
    timestamp: moment?.instant ?? passedAt,
  };
}
