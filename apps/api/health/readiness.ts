import { type EventStore } from '#libs/event-store';
import { type Database } from '#libs/read-db';
import { Inject, Injectable } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { DATABASE, EVENT_STORE } from '../wiring/tokens.js';

/** How long a part may take to answer before it counts as down. */
const ANSWER_WITHIN_MS = 2_000;
/** A read model whose checkpoint has not moved for so long, with events before it, is behind. */
const BEHIND_AFTER_MS = 15_000;

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
    enum: ['current', 'starting', 'behind', 'failed'],
    description:
      'starting: no worker has begun it yet. failed: it stands still until its cause is removed.',
  })
  state: 'current' | 'starting' | 'behind' | 'failed';

  @ApiPropertyOptional({ description: 'Seconds since its checkpoint last moved, while behind.' })
  lag_seconds?: number;
}

/**
 * Whether the whole can do its work, part by part. A read model that is behind is told and no reason
 * to turn requests away: leads come in without it.
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

interface Checkpoint {
  readonly name: string;
  readonly position: bigint | null;
  readonly failure: string | null;
  readonly updatedAt: string;
}

/** Asks every part how it is. */
@Injectable()
export class Readiness {
  /** Where the log ended when it was last found longer, and since when that was known. */
  #head: { readonly position: bigint | null; readonly since: number } | null = null;

  constructor(
    @Inject(EVENT_STORE) private readonly store: Pick<EventStore, 'headPosition'>,
    @Inject(DATABASE) private readonly database: Database,
  ) {}

  /** Never rejects: a part that does not answer is down. */
  async report(): Promise<ReadinessReport> {
    const [head, checkpoints] = await Promise.all([
      inTime(this.store.headPosition()),
      inTime(this.#checkpoints()),
    ]);
    const readModels = (checkpoints ?? []).map((one) => this.#state(one, head ?? null));
    const ready =
      head !== undefined &&
      checkpoints !== undefined &&
      checkpoints.length > 0 &&
      readModels.every(({ state }) => state === 'current' || state === 'behind');
    return {
      status: ready ? 'ready' : 'not_ready',
      event_store: { state: head === undefined ? 'down' : 'up' },
      postgres: { state: checkpoints === undefined ? 'down' : 'up' },
      read_models: readModels,
    };
  }

  #checkpoints(): Promise<Checkpoint[]> {
    return this.database.kysely
      .selectFrom('projectionBuild')
      .select(['name', 'position', 'failure', 'updatedAt'])
      .where('serving', '=', true)
      .orderBy('name')
      .execute();
  }

  #state({ name, position, failure, updatedAt }: Checkpoint, head: bigint | null): ReadModelState {
    if (failure !== null) return { name, state: 'failed' };
    if (head === null) return { name, state: 'current' };
    if (position === null) return { name, state: 'starting' };
    if (position >= head) return { name, state: 'current' };
    const lagMs = Date.now() - Math.max(Date.parse(updatedAt), this.#headKnownSince(head));
    if (lagMs < BEHIND_AFTER_MS) return { name, state: 'current' };
    return { name, state: 'behind', lag_seconds: Math.round(lagMs / 1000) };
  }

  /** A read model cannot be blamed for an event that was not there a moment ago. */
  #headKnownSince(position: bigint): number {
    if (this.#head?.position !== position) this.#head = { position, since: Date.now() };
    return this.#head.since;
  }
}

/** What a part answers, or `undefined` if it fails or is too slow. */
async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      resolve(undefined);
    }, ANSWER_WITHIN_MS);
  });
  const settled = answer.catch(() => undefined);
  return Promise.race([settled, tooLate]).finally(() => {
    clearTimeout(timer);
  });
}
