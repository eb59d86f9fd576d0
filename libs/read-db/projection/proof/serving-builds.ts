import { type ClientBase } from 'pg';
import { DomainError } from '#libs/kernel';
import { type AuditedProjection } from './audited-log.js';
import { noEvents, type Tally } from './tally.js';

/** The build that queries of a read model see, at one moment. */
export interface ServingBuild {
  readonly name: string;
  readonly build: number;
  readonly version: number;
  readonly tableName: string;
  /** Every event up to here was applied, or left out as a dead letter; null before the first. */
  readonly position: bigint | null;
  readonly applied: Tally;
  /** Events up to the position that wait as dead letters, or were given up. */
  readonly leftOut: Tally;
}

/** Takes the projections, and the types each has a handler for. */
const servingBuilds = `
  projection_build as b
    join json_to_recordset($1::json) as p(name text, types text[]) on p.name = b.name and b.serving`;

/** What a build is without. It has rows of its own even for what was given up in another build. */
const lettersOfBuild = `
  projection_dead_letter as d
   where d.name = b.name and d.build = b.build
     and d.position <= b.position and d.event_type = any (p.types)`;

/** A lane of the digest of event ids, as `EventDigest` has it. */
const lane = (from: number) =>
  `(sum(('x' || substr(replace(event_id, '-', ''), ${from}, 8))::bit(32)::bigint) % 4294967296)::bigint`;

const servingStatement = `
  select b.name, b.build, b.version, b.table_name as "tableName", b.position,
         b.applied_count as "appliedCount", b.applied_digest as "appliedDigest",
         l.count as "leftOutCount", l.lanes as "leftOutLanes"
    from ${servingBuilds}
    cross join lateral (
      select count(*) as count,
             array[${[1, 9, 17, 25].map(lane).join()}]::text[] as lanes
        from (select distinct d.event_id from ${lettersOfBuild}) as letters) as l
   order by b.name`;

interface ServingRow extends Omit<ServingBuild, 'applied' | 'leftOut'> {
  readonly appliedCount: bigint;
  readonly appliedDigest: string;
  readonly leftOutCount: bigint;
  readonly leftOutLanes: readonly string[];
}

/**
 * The serving builds of these projections. One statement: what a build applied and what it left out
 * are of the same moment, and together all that the log has for it up to its position.
 */
export async function readServingBuilds(
  client: ClientBase,
  projections: readonly AuditedProjection[],
): Promise<ServingBuild[]> {
  const { rows } = await client.query<ServingRow>({
    name: 'proof:serving',
    text: servingStatement,
    values: [handled(projections)],
  });
  return rows.map(({ appliedCount, appliedDigest, leftOutCount, leftOutLanes, ...build }) => ({
    ...build,
    applied: { count: appliedCount, digest: appliedDigest },
    leftOut:
      leftOutCount === 0n ? noEvents : { count: leftOutCount, digest: digestOf(leftOutLanes) },
  }));
}

/**
 * The one of these builds that a projection fills. Throws `read_model_not_verifiable` if it is of
 * another version than this program's: only that version knows which events belong in it.
 */
export function servingBuildOf(
  builds: readonly ServingBuild[],
  { name, version }: AuditedProjection,
): ServingBuild {
  const found = builds.find((build) => build.name === name);
  if (found?.version === version) return found;
  throw new DomainError(
    'conflict',
    'read_model_not_verifiable',
    found === undefined
      ? `The read model ${name} has no table yet. Start the stack first.`
      : `Version ${found.version} of ${name} is served, and this program knows version ${version}. ` +
          'Verify it with the program that filled it, or when the rebuild has ended.',
  );
}

/** The ids of the events that the serving build of each is without, up to its position. */
export async function readLeftOut(
  client: ClientBase,
  projections: readonly AuditedProjection[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { rows } = await client.query<{ name: string; ids: string[] }>(
    `select b.name, array(select distinct d.event_id from ${lettersOfBuild}) as ids
       from ${servingBuilds}`,
    [handled(projections)],
  );
  return new Map(rows.map(({ name, ids }) => [name, new Set(ids)]));
}

function handled(projections: readonly AuditedProjection[]): string {
  return JSON.stringify(projections.map(({ name, on }) => ({ name, types: Object.keys(on) })));
}

function digestOf(lanes: readonly string[]): string {
  return lanes.map((each) => Number(each).toString(16).padStart(8, '0')).join('');
}
