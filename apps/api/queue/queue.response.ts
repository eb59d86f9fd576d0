import { DIAL_OBSTACLES } from '#events/calls';
import { type QueueTotals, type WaitingLead } from '#projections/dial-queue';
import { ApiProperty } from '@nestjs/swagger';
import { LimitedPage } from '../http/page.response.js';

/** A lead that waits for a call. */
export class QueuedLead {
  @ApiProperty({ format: 'uuid' })
  lead_id: string;

  @ApiProperty({ type: String, nullable: true, example: 'my-webform' })
  source: string | null;

  @ApiProperty({ format: 'date-time' })
  received_at: string;

  @ApiProperty({ description: 'Calls so far.', example: 0 })
  attempts: number;

  @ApiProperty({ enum: ['due', 'blocked'], description: 'Next in line, or held up.' })
  state: 'due' | 'blocked';

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'From when on it is looked at again; null: nothing is known to end the wait.',
  })
  due_at: string | null;

  @ApiProperty({
    enum: DIAL_OBSTACLES,
    isArray: true,
    description: 'What holds it up; empty for one that is due.',
    example: ['outside_calling_hours'],
  })
  obstacles: readonly string[];

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'date-time',
    description: 'When the consumer asked to be called.',
  })
  callback_at: string | null;
}

/** How many leads stand where. */
export class QueueTotalsView {
  @ApiProperty({ description: 'Wait for a call and may be dialed, now or later.', example: 120 })
  waiting: number;

  @ApiProperty({ description: 'Of those, how many are held up.', example: 20 })
  blocked: number;

  @ApiProperty({ description: 'Are being called.', example: 3 })
  calling: number;
}

/** One page of the dial queue. */
export class DialQueue extends LimitedPage {
  @ApiProperty({
    type: [QueuedLead],
    description:
      'Those that are due, in the order they are dialed; then the others, soonest first.',
  })
  leads: readonly QueuedLead[];

  @ApiProperty({ type: QueueTotalsView, description: 'Of the whole queue, whatever filters.' })
  totals: QueueTotalsView;
}

export function queuedLead({ row, isDue }: WaitingLead): QueuedLead {
  return {
    ...{ lead_id: row.leadId, source: row.source, received_at: row.receivedAt },
    ...{ attempts: row.attempts, state: isDue ? 'due' : 'blocked', due_at: row.dueAt },
    ...{ obstacles: isDue ? [] : row.obstacles, callback_at: row.callbackAt },
  };
}

export function totalsView({ waiting, blocked, calling }: QueueTotals): QueueTotalsView {
  return { waiting, blocked, calling };
}
