import { type EventStore } from '#libs/event-store';
import { type Database, servedBuilds, type ServedBuild } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { DATABASE, EVENT_STORE } from '../wiring/tokens.js';
import { inTime } from './in-time.js';

/** Three heartbeats: a second worker has taken over by then if the first one is dead. */
const BEHIND_AFTER_SECONDS = 15;

/** The state of one part. */
export class PartState {
  @ApiProperty({ enum: ['up', 'down'] })
  state: 'up' | 'down';
}

/** How far one read model is. */
export class ReadModelState {
  @ApiProperty({ example: 'lead_list' })
  name: string;

  @ApiProperty({
    enum: ['current', 'starting', 'building', 'behind', 'failed'],
    description:
      'starting: no worker has begun it yet. building: it is being filled for the first time. ' +
      'failed: it stands still until its cause is removed.',
  })
  state: 'current' | 'starting' | 'building' | 'behind' | 'failed';

  @ApiProperty({
    type: Number,
    nullable: true,
    description:
      'Seconds since the last event was recorded that it shows; about 5 when nothing happens. ' +
      'Null before the first.',
  })
  lag_seconds: number | null;
}

/**
 * Whether the whole can do its work, part by part. A read model that is behind is told and no
 * reason to turn requests away: leads come in without it.
 */
export class ReadinessReport {
  @ApiProperty({ enum: ['ready', 'not_ready'] })
  status: 'ready' | 'not_ready';

  @ApiProperty({ type: PartState })
  event_store: PartState;

  @ApiProperty({ type: PartState })
  postgres: PartState;

  @ApiProperty({ type: [ReadModelState] })
  read_models: readonly ReadModelState[];
}

/** Asks every part how it is. */
@Injectable()
export class Readiness {
  constructor(
    @Inject(EVENT_STORE) private readonly store: Pick<EventStore, 'headPosition'>,
    @Inject(DATABASE) private readonly database: Database,
  ) {}

  /** Never rejects: a part that does not answer is down. */
  async report(): Promise<ReadinessReport> {
    const [head, builds] = await Promise.all([
      inTime(this.store.headPosition()),
      inTime(servedBuilds(this.database)),
    ]);
    const readModels = (builds ?? []).map(readModelState);
    const ready =
      head !== undefined &&
      readModels.length > 0 &&
      readModels.every(({ state }) => state === 'current' || state === 'behind');
    return {
      status: ready ? 'ready' : 'not_ready',
      event_store: { state: head === undefined ? 'down' : 'up' },
      postgres: { state: builds === undefined ? 'down' : 'up' },
      read_models: readModels,
    };
  }
}

/** A read model as a load balancer sees it. */
export function readModelState(build: ServedBuild): ReadModelState {
  const { name, lagSeconds } = build;
  const lag_seconds = lagSeconds === null ? null : Math.round(lagSeconds * 10) / 10;
  return { name, state: stateOf(build), lag_seconds };
}

function stateOf({ state, failure, lagSeconds }: ServedBuild): ReadModelState['state'] {
  if (failure !== null || state === 'failed' || state === 'cancelled') return 'failed';
  if (state === 'requested' || state === 'building') return 'building';
  if (lagSeconds === null) return 'starting';
  return lagSeconds > BEHIND_AFTER_SECONDS ? 'behind' : 'current';
}
