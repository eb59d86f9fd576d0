import { DIAL_OBSTACLES } from '#events/calls';
import { type Dialing, dialsFor } from '#libs/calls';
import { type QueueTotals, type WaitingLead } from '#projections/dial-queue';
import { ApiProperty } from '@nestjs/swagger';
import { LimitedPage } from '../http/page.response.js';

/** Why a lead that is due is not dialed: the tenant has said so, or nothing yet. */
const HOLDS = ['dialing_not_configured', 'dialing_stopped', 'source_paused'] as const;

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

  @ApiProperty({
    enum: ['due', 'held', 'blocked'],
    description: 'Next in line; in line, but not dialed for now (`held_by`); or held up.',
  })
  state: 'due' | 'held' | 'blocked';

  @ApiProperty({
    enum: HOLDS,
    nullable: true,
    description: 'What you decided that it is not dialed for, whether due or not; null: nothing.',
  })
  held_by: (typeof HOLDS)[number] | null;

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

  @ApiProperty({
    description: 'Of those, how many are due and not dialed for now: stopped, paused, not set up.',
    example: 0,
  })
  held: number;

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

export function queuedLead(dialing: Dialing, { row, isDue }: WaitingLead): QueuedLead {
  const held_by = holdOf(dialing, row.source);
  const inLine = held_by === null ? 'due' : 'held';
  return {
    ...{ lead_id: row.leadId, source: row.source, received_at: row.receivedAt },
    ...{ attempts: row.attempts, state: isDue ? inLine : 'blocked', held_by, due_at: row.dueAt },
    ...{ obstacles: isDue ? [] : row.obstacles, callback_at: row.callbackAt },
  };
}

function holdOf(dialing: Dialing, source: string | null): QueuedLead['held_by'] {
  if (dialing.settings === null) return 'dialing_not_configured';
  if (dialing.stopped) return 'dialing_stopped';
  return dialsFor(dialing, source) ? null : 'source_paused';
}

export function totalsView(dialing: Dialing, totals: QueueTotals): QueueTotalsView {
  const { waiting, blocked, paused, calling } = totals;
  const isHeld = dialing.settings === null || dialing.stopped;
  return { waiting, blocked, held: isHeld ? waiting - blocked : paused, calling };
}
