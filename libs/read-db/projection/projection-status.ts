import { sql } from 'kysely';
import { type Database } from '../database.js';
import { type Build, buildColumns } from './builds.js';
import { countDeadLetters } from './dead-letter-queries.js';
import { type DeadLetterCount } from './dead-letter.js';
import { auditsOfReadModels, type ReadModelAudit } from './proof/audit-states.js';

/** How far the filling of a build is. */
export interface FillingProgress {
  /** Of the log as it was when filling began: 0 to 1. */
  readonly ratio: number;
  /** Since filling began, or began again; `null` before that. */
  readonly eventsPerSecond: number | null;
  /** The `ratio` at which it began, or began again. */
  readonly ratioBefore: number;
  /** At the pace so far; `null` while nobody can tell. */
  readonly secondsLeft: number | null;
}

/** A build and how it is. */
export interface BuildStatus extends Build {
  /**
   * Seconds since the last event that it has passed was recorded. About as long as heartbeats are
   * apart when all is well. `null` before the first event, and for one that is not kept up to date.
   */
  readonly lagSeconds: number | null;
  /** `null` once it is filled. */
  readonly filling: FillingProgress | null;
  /** Events that wait as dead letters; alarming while it is not 0. */
  readonly parkedEvents: number;
  /** Keys of rows that they wait under. */
  readonly parkedKeys: number;
  /** Events that an operator gave up. */
  readonly skippedEvents: number;
}

/** A read model, all its builds and what its audit has found. */
export interface ProjectionStatus {
  readonly name: string;
  /** The build that queries read; `null` if there is none yet. */
  readonly serving: BuildStatus | null;
  /** All of them, the serving one included, oldest first. */
  readonly builds: readonly BuildStatus[];
  /** Of the serving build. */
  readonly audit: ReadModelAudit | null;
}

/** Who applies events: `live` to the builds that are served, `rebuild` to those being filled. */
export interface LeaseStatus {
  readonly name: string;
  /** Of the process that has or had it. */
  readonly owner: string | null;
  /** Whether it has given a sign of life in time. */
  readonly held: boolean;
}

/** How all read models are, from the database alone. */
export interface ReadModelsStatus {
  readonly projections: readonly ProjectionStatus[];
  readonly leases: readonly LeaseStatus[];
}

/** For whoever runs the installation: nothing of it is of a tenant. Readable by the api. */
export async function readModelsStatus(database: Database): Promise<ReadModelsStatus> {
  const [builds, counts, audits, leases] = await Promise.all([
    timedBuilds(database),
    countDeadLetters(database),
    auditsOfReadModels(database),
    leaseStatuses(database),
  ]);
  const statuses = builds.map((build) => buildStatus(build, counts));
  const names = [...new Set(builds.map(({ name }) => name))];
  const projections = names.map((name) => {
    const own = statuses.filter((build) => build.name === name);
    const serving = own.find((build) => build.serving) ?? null;
    return { name, serving, builds: own, audit: audits.find((one) => one.name === name) ?? null };
  });
  return { projections, leases };
}

/** A build that queries read, and how far it is behind. */
export type ServedBuild = Pick<Build, 'name' | 'state' | 'failure'> &
  Pick<BuildStatus, 'lagSeconds'>;

/** The builds that queries read, in one small query, for probes that come every few seconds. */
export async function servedBuilds(database: Database): Promise<ServedBuild[]> {
  const builds = await timedBuilds(database);
  return builds.filter(({ serving }) => serving).map((build) => buildStatus(build, []));
}

/** Seconds are counted by the clock of the database, whoever asks. */
interface TimedBuild extends Build {
  readonly filledFrom: bigint | null;
  readonly passedSecondsAgo: number | null;
  readonly filledForSeconds: number | null;
}

function timedBuilds({ kysely }: Database): Promise<TimedBuild[]> {
  const seconds = (from: string, to: string) =>
    sql<number | null>`extract(epoch from ${sql.raw(to)} - ${sql.ref(from)})::float8`;
  return kysely
    .selectFrom('projectionBuild')
    .select(buildColumns)
    .select('filledFrom')
    .select(seconds('passedAt', 'clock_timestamp()').as('passedSecondsAgo'))
    .select(seconds('startedAt', 'updated_at').as('filledForSeconds'))
    .orderBy('name')
    .orderBy('build')
    .execute();
}

function buildStatus(timed: TimedBuild, counts: readonly DeadLetterCount[]): BuildStatus {
  const { passedSecondsAgo, filledForSeconds, filledFrom, ...build } = timed;
  const own = counts.find(
    ({ name, build: number }) => name === build.name && number === build.build,
  );
  const lag = build.state === 'live' ? passedSecondsAgo : null;
  return {
    ...build,
    // The event store's clock may be a little ahead.
    lagSeconds: lag === null ? null : Math.max(0, lag),
    filling: fillingProgress({ ...build, filledFrom }, filledForSeconds ?? 0),
    parkedEvents: own?.parked ?? 0,
    parkedKeys: own?.keys ?? 0,
    skippedEvents: own?.skipped ?? 0,
  };
}

const filled: readonly Build['state'][] = ['live', 'kept'];

type Filled = Pick<TimedBuild, 'state' | 'position' | 'head' | 'eventsSeen' | 'filledFrom'>;

/** How far a build is that was filled for so many seconds; `null` for one that is filled. */
export function fillingProgress(
  { state, position, head, eventsSeen, filledFrom }: Filled,
  seconds: number,
): FillingProgress | null {
  if (filled.includes(state)) return null;
  const [ratio, ratioBefore] = [shareOf(position, head), shareOf(filledFrom, head)];
  const perSecond = seconds > 0 ? (ratio - ratioBefore) / seconds : 0;
  return {
    ...{ ratio, ratioBefore },
    eventsPerSecond: seconds > 0 ? Number(eventsSeen) / seconds : null,
    secondsLeft: state === 'building' && perSecond > 0 ? (1 - ratio) / perSecond : null,
  };
}

/** 0 to 1: the log grows beyond the head that was noted at the beginning. */
function shareOf(position: bigint | null, head: bigint | null): number {
  if (position === null || head === null || head <= 0n) return 0;
  return Math.min(1, Number(position) / Number(head));
}

function leaseStatuses({ kysely }: Database): Promise<LeaseStatus[]> {
  return kysely
    .selectFrom('projectionLease')
    .select(['name', 'owner'])
    .select(sql<boolean>`owner is not null and expires_at > clock_timestamp()`.as('held'))
    .orderBy('name')
    .execute();
}
