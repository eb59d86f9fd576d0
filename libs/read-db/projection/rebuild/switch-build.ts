import { type Kysely, sql } from 'kysely';
import { type Database } from '../../database.js';
import { isDatabaseUnavailable } from '../../database-errors.js';
import { type OperationalTables } from '../../tables.js';
import { type BuildKey } from '../checkpoints.js';
import { type Projection } from '../projection.js';
import { lockBuilds, viewDefinition } from '../read-model-tables.js';
import { buildsChannel } from '../live-builds.js';

/**
 * `not_yet`: the served build is further on, or long queries do not make room; to be tried again.
 * `gone`: the build stands still, or an operator has taken it away. `in_the_way`: something outside
 * was made on top of the view, which cannot get other columns therefore.
 */
export type SwitchOutcome = 'switched' | 'not_yet' | 'gone' | 'in_the_way';

/** How long queries may be made to wait for those that came before the switch. */
const lockTimeoutMs = 250;

class NotYet extends Error {
  override readonly name = 'NotYet';
}

type Owner = Kysely<OperationalTables>;

/**
 * Lets queries read another build, in one transaction, as owner; the build they read so far is
 * kept.
 *
 * Queries under way finish on the old table, later ones read the new one, and none sees both. Never
 * goes back in time: the new build must have come as far as the old one.
 */
export async function switchBuild(
  { kysely }: Database,
  projection: Projection,
  of: BuildKey,
  finding: string,
): Promise<SwitchOutcome> {
  try {
    return await kysely.transaction().execute(async (transaction) => {
      await sql.raw(`set local lock_timeout = ${lockTimeoutMs}`).execute(transaction);
      await lockBuilds(transaction);
      return switchIn(transaction, projection, of, finding);
    });
  } catch (error) {
    if (error instanceof NotYet || isDatabaseUnavailable(error)) return 'not_yet';
    if (hasDependents(error)) return 'in_the_way';
    throw error;
  }
}

function hasDependents(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '2BP01';
}

async function switchIn(
  transaction: Owner,
  projection: Projection,
  of: BuildKey,
  finding: string,
): Promise<SwitchOutcome> {
  const known = await transaction
    .selectFrom('projectionBuild')
    .select(['build', 'version', 'tableName', 'state', 'serving', 'failure'])
    .where('name', '=', of.name)
    .execute();
  const own = known.find(({ build }) => build === of.build);
  if (own?.state !== 'live' || own.failure !== null) return 'gone';
  const served = known.find(({ serving }) => serving);
  if (served !== own) {
    const isAlike = served?.version === own.version;
    // The view first: while queries make room, the live engine shall not wait as well.
    await sql.raw(viewDefinition(projection, own.tableName, isAlike)).execute(transaction);
    if (served !== undefined) await retire(transaction, of, served.build);
  }
  await transaction
    .updateTable('projectionBuild')
    .set({ serving: true, finding, finishedAt: sql<string>`clock_timestamp()` })
    .where('name', '=', of.name)
    .where('build', '=', of.build)
    .execute();
  await sql`select pg_notify(${buildsChannel}, ${of.name})`.execute(transaction);
  return 'switched';
}

/** Takes the served build out of service, unless its successor is behind it. */
async function retire(transaction: Owner, of: BuildKey, served: number): Promise<void> {
  const { rows } = await sql<{ isBehind: boolean }>`
    with locked as (
      select build, position from projection_build
       where name = ${of.name} and build in (${of.build}, ${served}) for update
    )
    select coalesce(max(position) filter (where build = ${of.build}), -1)
             < coalesce(max(position) filter (where build = ${served}), -1) as "isBehind"
      from locked`.execute(transaction);
  if (rows[0]?.isBehind !== false) throw new NotYet();
  await transaction
    .updateTable('projectionBuild')
    .set({ serving: false, state: 'kept', updatedAt: sql<string>`clock_timestamp()` })
    .where('name', '=', of.name)
    .where('build', '=', served)
    .execute();
}
