import { type ClientBase } from 'pg';
import { DomainError } from '#libs/kernel';
import { type RunningProjection } from './apply-batch.js';
import { type BuildState } from './builds.js';
import { type Progress } from './checkpoints.js';
import { deadLetterLimits, noMoreKeys } from './dead-letter-keys.js';
import { loadLeftOut } from './dead-letter-store.js';
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
  const running: RunningProjection[] = [];
  for (const projection of projections) {
    const { name, version } = projection;
    const builds = rows.filter((row) => row.name === name);
    if (builds.length === 0) throw missing(name);
    for (const row of builds) {
      if (row.version !== version || !states.includes(row.state)) continue;
      running.push(await toRunning(client, projection, row));
    }
  }
  return running;
}

/** Only what is live may leave an event for later; a build that is being filled fails fast. */
async function toRunning(
  client: ClientBase,
  projection: Projection,
  row: BuildRow,
): Promise<RunningProjection> {
  const { name, build, state, tableName, position, appliedCount, appliedDigest } = row;
  const limits = state === 'live' ? deadLetterLimits : noMoreKeys;
  const statements = tableStatements(projection, tableName);
  return {
    name,
    build,
    projection,
    tableName,
    statements,
    progress: { position, appliedCount, appliedDigest },
    leftOut: await loadLeftOut(client, row, limits),
  };
}

function missing(name: string): DomainError {
  return new DomainError(
    'unavailable',
    'read_model_missing',
    `The read model ${name} has no table yet. Migrate the database first.`,
  );
}
