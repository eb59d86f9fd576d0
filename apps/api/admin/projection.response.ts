import {
  type BuildStatus,
  type FillingProgress,
  type ProjectionStatus,
  type ReadModelAudit,
} from '#libs/read-db';
import { ApiProperty } from '@nestjs/swagger';

/** How far the filling of a build is. */
export class FillingView {
  @ApiProperty({ description: 'Events looked at since it began or was resumed.', example: 51_000 })
  events: number;

  @ApiProperty({ description: 'How much of the log is done: 0 to 1.', example: 0.42 })
  ratio: number;

  @ApiProperty({ type: Number, nullable: true, example: 25_000 })
  events_per_second: number | null;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'At the pace so far.',
    example: 3,
  })
  seconds_left: number | null;
}

/** One table of a read model. */
export class BuildView {
  @ApiProperty({ example: 'lead_list' })
  projection: string;

  @ApiProperty({ description: '1, 2, 3 … of each read model.', example: 2 })
  build: number;

  @ApiProperty({ description: 'Of the code that fills it.', example: 1 })
  version: number;

  @ApiProperty({
    enum: ['requested', 'building', 'live', 'cancelled', 'failed', 'kept'],
    description:
      'live: kept up to date. kept: another build is served; it stands still, for a rollback.',
  })
  state: string;

  @ApiProperty({ description: 'Whether queries read it.' })
  serving: boolean;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Position in the log of the last event considered; null before the first.',
    example: '81273',
  })
  position: string | null;

  @ApiProperty({ description: 'Events its rows are made of.', example: 31_007 })
  events_applied: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Of a live one: seconds since the last event was recorded that it has passed.',
    example: 2.4,
  })
  lag_seconds: number | null;

  @ApiProperty({ type: FillingView, nullable: true, description: 'Null once it is filled.' })
  progress: FillingView | null;

  @ApiProperty({ description: 'Events that wait as dead letters.', example: 0 })
  parked_events: number;

  @ApiProperty({ description: 'Events that an operator gave up.', example: 0 })
  skipped_events: number;

  @ApiProperty({ type: String, nullable: true, description: 'Why it stands still.' })
  failure: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'What its verification found.' })
  verification: string | null;

  @ApiProperty({ description: 'deploy: a new version of the program.', example: 'api_key:4gT9x' })
  requested_by: string;

  @ApiProperty({ format: 'date-time' })
  requested_at: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  started_at: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  finished_at: string | null;
}

/** Whether each event of the log was applied once, by counting them anew. */
export class AuditView {
  @ApiProperty({
    enum: ['running', 'ok', 'differs'],
    description: 'running: not counted to the end yet.',
  })
  state: string;

  @ApiProperty({ description: 'The same in a sentence, with what is missing.' })
  message: string;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  checked_at: string | null;
}

/** A read model and its builds. */
export class ProjectionView {
  @ApiProperty({ example: 'lead_list' })
  name: string;

  @ApiProperty({ type: BuildView, nullable: true, description: 'The build that queries read.' })
  serving: BuildView | null;

  @ApiProperty({ type: AuditView, nullable: true })
  audit: AuditView | null;

  @ApiProperty({ type: [BuildView], description: 'All of them, oldest first.' })
  builds: readonly BuildView[];
}

export class ProjectionList {
  @ApiProperty({ type: [ProjectionView] })
  data: readonly ProjectionView[];
}

export class ProjectionAnswer {
  @ApiProperty({ type: ProjectionView })
  data: ProjectionView;
}

export class BuildAnswer {
  @ApiProperty({ type: BuildView })
  data: BuildView;
}

export function projectionView({ name, serving, builds, audit }: ProjectionStatus): ProjectionView {
  return {
    name,
    serving: serving === null ? null : buildView(serving),
    audit: audit === null ? null : auditView(audit),
    builds: builds.map(buildView),
  };
}

export function buildView(status: BuildStatus): BuildView {
  const { name: projection, build, version, state, serving, position, appliedCount } = status;
  const { failure, finding, requestedBy, requestedAt, startedAt, finishedAt } = status;
  return {
    ...{ projection, build, version, state, serving },
    position: position?.toString() ?? null,
    events_applied: Number(appliedCount),
    lag_seconds: rounded(status.lagSeconds),
    progress: status.filling === null ? null : fillingView(status.filling, status.eventsSeen),
    ...{ parked_events: status.parkedEvents, skipped_events: status.skippedEvents },
    ...{ failure, verification: finding, requested_by: requestedBy, requested_at: requestedAt },
    ...{ started_at: startedAt, finished_at: finishedAt },
  };
}

function fillingView(
  { ratio, eventsPerSecond, secondsLeft }: FillingProgress,
  eventsSeen: bigint,
): FillingView {
  return {
    events: Number(eventsSeen),
    ratio: Math.floor(ratio * 10_000) / 10_000,
    events_per_second: eventsPerSecond === null ? null : Math.round(eventsPerSecond),
    seconds_left: rounded(secondsLeft),
  };
}

function auditView({ state, message, checkedAt }: ReadModelAudit): AuditView {
  return { state, message, checked_at: checkedAt };
}

/** To a tenth of a second. */
function rounded(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds * 10) / 10;
}
