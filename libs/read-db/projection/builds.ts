import { type Selectable } from 'kysely';
import { type Database } from '../database.js';
import { type ProjectionBuildTable } from '../tables.js';

/**
 * Where a build is in its life.
 *
 * `requested` → `building` (filled from the log by the rebuilder) → `live` (kept up to date; soon
 * verified and served) → `kept` (another one is served; stands still, for a rollback). Filling ends
 * early as `cancelled` or `failed`; both keep their table and can be resumed.
 */
export type BuildState = ProjectionBuildTable['state'];

/** One table of a projection, filled by one version of it. */
export interface Build {
  readonly name: string;
  /** 1, 2, 3 … of each name. */
  readonly build: number;
  readonly version: number;
  readonly tableName: string;
  readonly state: BuildState;
  /** Whether queries read it. One of each name is, its other builds are beside it. */
  readonly serving: boolean;
  /** Of the last event considered; `null` before the first. */
  readonly position: bigint | null;
  readonly appliedCount: bigint;
  /** Which events were applied; see `EventDigest`. */
  readonly appliedDigest: string;
  /** Why it stands still or was given up; `null` while it is well. */
  readonly failure: string | null;
  /** What its verification found, in a sentence; `null` before that. */
  readonly finding: string | null;
  /** Where the log ended when it began to be filled: `position / head` is how far it is. */
  readonly head: bigint | null;
  /** Events looked at to fill it since `startedAt`, those that do not concern it included. */
  readonly eventsSeen: bigint;
  /** Who asked for it; `deploy` for one that a new version of the program asked for. */
  readonly requestedBy: string;
  readonly requestedAt: string;
  /** When filling it began, or began again. */
  readonly startedAt: string | null;
  /** When it was switched in, cancelled or given up. */
  readonly finishedAt: string | null;
  readonly updatedAt: string;
}

/** Every build there is, by name and number. Readable by the api, whoever asks. */
export function listBuilds({ kysely }: Database): Promise<Build[]> {
  return kysely
    .selectFrom('projectionBuild')
    .select(buildColumns)
    .orderBy('name')
    .orderBy('build')
    .execute();
}

/** What {@link Build} consists of, for statements of this lib. */
export const buildColumns = [
  'name',
  'build',
  'version',
  'tableName',
  'state',
  'serving',
  'position',
  'appliedCount',
  'appliedDigest',
  'failure',
  'finding',
  'head',
  'eventsSeen',
  'requestedBy',
  'requestedAt',
  'startedAt',
  'finishedAt',
  'updatedAt',
] as const satisfies readonly (keyof Selectable<ProjectionBuildTable>)[];
