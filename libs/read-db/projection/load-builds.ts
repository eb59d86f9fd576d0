import { type ClientBase } from 'pg';
import { DomainError } from '#libs/kernel';
import { type RunningProjection } from './apply-batch.js';
import { type BuildState } from './builds.js';
import { type Progress } from './checkpoints.js';
import { type Projection } from './projection.js';
import { tableStatements } from './table-statements.js';

type BuildRow = Progress & {
  readonly name: string;
  readonly build: number;
  readonly version: number;
  readonly state: BuildState;
  readonly tableName: string;
};

/**
 * The builds in some states whose version this program knows, ready to be applied to. Throws
 * `read_model_missing` for a projection without any build.
 */
export async function loadBuilds(
  client: ClientBase,
  projections: readonly Projection[],
  states: readonly BuildState[],
): Promise<RunningProjection[]> {
  const { rows } = await client.query<BuildRow>(
    `select name, build, version, state, table_name as "tableName", position,
            applied_count as "appliedCount", applied_digest as "appliedDigest"
       from projection_build order by name, build`,
  );
  return projections.flatMap((projection) => {
    const { name, version } = projection;
    const builds = rows.filter((row) => row.name === name);
    if (builds.length === 0) throw missing(name);
    return builds
      .filter((row) => row.version === version && states.includes(row.state))
      .map((row) => toRunning(projection, row));
  });
}

function toRunning(projection: Projection, row: BuildRow): RunningProjection {
  const { name, build, tableName, position, appliedCount, appliedDigest } = row;
  const statements = tableStatements(projection, tableName);
  return {
    name,
    build,
    projection,
    tableName,
    statements,
    progress: { position, appliedCount, appliedDigest },
  };
}

function missing(name: string): DomainError {
  return new DomainError(
    'unavailable',
    'read_model_missing',
    `The read model ${name} has no table yet. Migrate the database first.`,
  );
}
