import { type ClientBase, type Pool } from 'pg';
import { type Database } from '../../database.js';
import { leaseIsHeld } from '../lease.js';
import { type BuildKey } from '../checkpoints.js';
import { type Projection } from '../projection.js';

/** The lease of whoever fills builds and brings them into service. */
export const rebuildLease = 'rebuild';

/** What the rebuilder has to do with a build next. */
export interface UnfinishedBuild extends BuildKey {
  readonly next: 'fill' | 'settle';
}

/**
 * A build is settled once it is served and verified. One that was live and served from its
 * beginning never was to be.
 */
const unfinished = `
  select name, build, case when state = 'live' then 'settle' else 'fill' end as next
    from projection_build
   where (name, version) in (select name, version
                               from json_to_recordset($1::json) as r(name text, version integer))
     and (state in ('requested', 'building')
          or (state = 'live' and finished_at is null and (not serving or started_at is not null)))
   order by requested_at, name, build`;

/** The builds that this program can and should work on, those asked for first at the head. */
export async function unfinishedBuilds(
  client: ClientBase | Pool,
  projections: readonly Projection[],
): Promise<UnfinishedBuild[]> {
  const known = projections.map(({ name, version }) => ({ name, version }));
  const { rows } = await client.query<UnfinishedBuild>({
    name: 'build:unfinished',
    text: unfinished,
    values: [JSON.stringify(known)],
  });
  return rows;
}

/** `missed`: there is work, and no rebuilder gives a sign of life. */
export type RebuildWork = 'none' | 'in_hand' | 'missed';

/** Whether builds wait to be filled or settled by this program, and whether somebody is at it. */
export async function rebuildWork(
  { pool }: Database,
  projections: readonly Projection[],
): Promise<RebuildWork> {
  const work = await unfinishedBuilds(pool, projections);
  if (work.length === 0) return 'none';
  return (await leaseIsHeld(pool, rebuildLease)) ? 'in_hand' : 'missed';
}
