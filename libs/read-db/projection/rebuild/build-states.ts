import { type ClientBase } from 'pg';
import { type Advance, type BuildKey } from '../checkpoints.js';
import { Fenced, type Lease } from '../lease.js';
import { buildsChannel } from '../live-builds.js';

/**
 * Every change of a build's state that the rebuilder makes. Each names the state it expects, so
 * that what an operator did meanwhile is never undone; each tells whether it was made.
 */

const advanceStatement = {
  name: 'build:advance',
  text: `
    update projection_build
       set position = $3, applied_count = $4, applied_digest = $5, failure = $6,
           state = case when $6::text is null then 'building' else 'failed' end,
           finished_at = case when $6::text is null then null else clock_timestamp() end,
           events_seen = events_seen + $7, passed_at = coalesce($11, passed_at),
           updated_at = clock_timestamp()
     where name = $1 and build = $2 and state = 'building' and position is not distinct from $8
       and exists (select from projection_lease where name = $9 and epoch = $10)`,
};

/**
 * Moves a build on that is being filled, in the transaction that wrote its rows.
 *
 * It is the fence: throws {@link Fenced} if somebody else fills it now, or if it is no longer to be
 * filled.
 */
export async function advanceBuilding(
  client: ClientBase,
  lease: Lease,
  { of, from, to, failure }: Advance,
  passed: { readonly seen: number; readonly recordedAt: Date | null },
): Promise<void> {
  const values = [
    ...[of.name, of.build, to.position, to.appliedCount, to.appliedDigest, failure, passed.seen],
    // One that stops short of the end is as far behind as it was.
    ...[from.position, lease.name, lease.epoch, failure === null ? passed.recordedAt : null],
  ];
  const { rowCount } = await client.query({ ...advanceStatement, values });
  if (rowCount !== 1) throw new Fenced();
}

/** Begins to fill a build, or goes on with it. `head` is where the log ends now. */
export function markBuilding(client: ClientBase, of: BuildKey, head: bigint | null) {
  return change(
    client,
    of,
    `state = 'building', started_at = clock_timestamp(), finished_at = null, failure = null,
     finding = null, head = $3, events_seen = 0, filled_from = position`,
    `state in ('requested', 'building')`,
    [head],
  );
}

/** Whether a build is still to be filled: no operator has taken it away. */
export async function isBeingFilled(client: ClientBase, of: BuildKey): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from projection_build where name = $1 and build = $2 and state = 'building'`,
    [of.name, of.build],
  );
  return rowCount === 1;
}

/** Hands a build that has come near the end of the log over to the live engine. */
export function markLive(client: ClientBase, of: BuildKey, position: bigint | null) {
  return change(
    client,
    of,
    `state = 'live'`,
    `state = 'building' and position is not distinct from $3`,
    [position],
  );
}

/** Takes a build back that no live engine has taken on: it stands where it was handed over. */
export function takeBack(client: ClientBase, of: BuildKey, position: bigint | null) {
  return change(
    client,
    of,
    `state = 'building'`,
    `state = 'live' and position is not distinct from $3`,
    [position],
  );
}

/** Gives a build up that was handed over already; one that is served stays what it is. */
export function markFailed(client: ClientBase, of: BuildKey, failure: string) {
  return change(
    client,
    of,
    `state = case when serving then state else 'failed' end, failure = $3, finding = $3,
     finished_at = clock_timestamp()`,
    `state = 'live'`,
    [failure],
  );
}

async function change(
  client: ClientBase,
  { name, build }: BuildKey,
  assignments: string,
  condition: string,
  values: readonly unknown[],
): Promise<boolean> {
  const { rowCount } = await client.query(
    `with changed as (
       update projection_build set ${assignments}, updated_at = clock_timestamp()
        where name = $1 and build = $2 and ${condition}
       returning 1
     )
     select pg_notify('${buildsChannel}', $1) from changed`,
    [name, build, ...values],
  );
  return rowCount === 1;
}
