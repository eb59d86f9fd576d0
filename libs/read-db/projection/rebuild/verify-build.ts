import { type PoolClient } from 'pg';
import { type BuildKey } from '../checkpoints.js';
import { fingerprintOf } from '../digest.js';
import { type Projection } from '../projection.js';
import { type AuditedLog, readUpTo } from '../proof/audited-log.js';
import { compareTables, isEqual, type TableComparison } from '../proof/compare-tables.js';
import { equals, type Tally, TallyCounter } from '../proof/tally.js';

/** What was found of a build that is to be served. */
export interface BuildVerification {
  /** Whether it applied what the log holds, neither more nor less. */
  readonly matchesLog: boolean;
  /** In a sentence. Nothing of it is personal. */
  readonly finding: string;
}

/** What a build is verified with. */
export interface VerifyBuildOptions {
  /** As the worker, with no short limit to what a statement may take. */
  readonly client: PoolClient;
  readonly log: AuditedLog;
  readonly signal: AbortSignal;
}

interface BuildAt extends BuildKey {
  readonly version: number;
  readonly tableName: string;
  readonly serving: boolean;
  readonly position: bigint | null;
  readonly applied: Tally;
}

/** Two builds at one moment. */
interface Snapshot {
  readonly own: BuildAt;
  /** The served build, where both must be equal: of the same version, at the same position. */
  readonly twin: BuildAt | null;
  /** Row by row, if there is a twin. */
  readonly rows: TableComparison | null;
  /** Ids of the events that wait, or that it noted as given up. */
  readonly leftOut: ReadonlySet<string>;
}

/**
 * Proves that a build is what the log says.
 *
 * Where the served build is of the same version, and both stand at the same position, it must have
 * applied the same events: it was built from the log by another way. Where it did not, or there is
 * none, the log is counted again from its beginning. Rows that differ from those that are served
 * are told, and no fault of the new build: a table that has become wrong is why one rebuilds.
 */
export async function verifyBuild(
  projection: Projection,
  of: BuildKey,
  options: VerifyBuildOptions,
): Promise<BuildVerification> {
  const snapshot = await takeSnapshot(projection, of, options.client);
  const { own, twin, rows } = snapshot;
  const likeTwin = twin !== null && equals(own.applied, twin.applied);
  const expected = likeTwin ? own.applied : await recount(projection, snapshot, options);
  const events = `${own.applied.count} events, up to position ${own.position ?? 'none'}`;
  if (!equals(own.applied, expected)) {
    const finding =
      `It applied ${events}; the log has ${expected.count} for it there, or others. ` +
      'Drop it and rebuild once more; if that ends the same way, report it.';
    return { matchesLog: false, finding };
  }
  const beside = twin === null ? '' : ` ${besideTwin(twin, likeTwin, rows)}`;
  return { matchesLog: true, finding: `It applied ${events}, as the log says.${beside}` };
}

function besideTwin(twin: BuildAt, isAlike: boolean, rows: TableComparison | null): string {
  const other = `build ${twin.build}`;
  const events = isAlike ? '' : ` Of ${other} the log does not say so.`;
  if (rows === null || isEqual(rows)) return `Its rows equal those of ${other}.${events}`;
  const { missing, extra, changed, differences } = rows;
  const first = Object.entries(differences[0]?.key ?? {}).map((pair) => pair.join(' '));
  return (
    `Rows of ${other} that were wrong: ${changed} changed, ${missing} missing, ${extra} too many; ` +
    `the first is ${first.join(', ')}.${events}`
  );
}

/** Rows and counts as they were at one moment, while the live engine goes on. */
async function takeSnapshot(
  projection: Projection,
  of: BuildKey,
  client: PoolClient,
): Promise<Snapshot> {
  await client.query('begin isolation level repeatable read read only');
  try {
    const { own, served } = await readBuilds(client, of);
    const isTwin = served?.version === own.version && served.position === own.position;
    const twin = isTwin ? served : null;
    const pair = { live: twin?.tableName ?? '', recomputed: own.tableName };
    const rows = twin === null ? null : await compareTables(client, projection.table, pair, 1);
    return { own, twin, rows, leftOut: await readLeftOut(client, of) };
  } finally {
    await client.query('rollback');
  }
}

async function readBuilds(client: PoolClient, { name, build }: BuildKey) {
  const { rows } = await client.query<Omit<BuildAt, 'applied'> & { count: bigint; digest: string }>(
    `select name, build, version, table_name as "tableName", serving, position,
            applied_count as count, applied_digest as digest
       from projection_build where name = $1 and (build = $2 or serving)`,
    [name, build],
  );
  const builds = rows.map(({ count, digest, ...row }) => ({ ...row, applied: { count, digest } }));
  const own = builds.find((each) => each.build === build);
  if (own === undefined) throw new Error(`Build ${build} of ${name} is gone.`);
  return { own, served: builds.find((each) => each.serving && each.build !== build) ?? null };
}

async function readLeftOut(
  client: PoolClient,
  { name, build }: BuildKey,
): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ id: string }>(
    `select distinct event_id as id from projection_dead_letter
      where name = $1 and build = $2`,
    [name, build],
  );
  return new Set(rows.map(({ id }) => id));
}

/** What the log holds for a build, up to where it stands. */
async function recount(
  projection: Projection,
  { own: { position }, leftOut }: Snapshot,
  { log, signal }: VerifyBuildOptions,
): Promise<Tally> {
  const counter = new TallyCounter();
  if (position === null) return counter.tally;
  for await (const message of readUpTo(log, null, position, signal)) {
    if (message.kind !== 'event') continue;
    const { id, type } = message.event;
    if (Object.hasOwn(projection.on, type) && !leftOut.has(id)) counter.add(fingerprintOf(id));
  }
  return counter.tally;
}
