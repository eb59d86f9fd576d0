import { setTimeout as pause } from 'node:timers/promises';
import { type PoolClient } from 'pg';
import { type Database } from '../../database.js';
import { type RunningProjection } from '../apply-batch.js';
import { type BuildKey } from '../checkpoints.js';
import { type AuditedLog } from '../proof/audited-log.js';
import { markFailed, takeBack } from './build-states.js';
import { switchBuild } from './switch-build.js';
import { verifyBuild } from './verify-build.js';

/** What a build that was filled is brought into service with. */
export interface SettleOptions {
  /** As the worker, with no short limit to what a statement may take. */
  readonly client: PoolClient;
  /** As the owner of the read models. */
  readonly owner: Database;
  /** All there is in the log, to count it again. */
  readonly audited: AuditedLog;
  readonly signal: AbortSignal;
}

/** How a build came out: `waiting` for a live engine that takes it on, to be settled later. */
export type Settlement =
  | { readonly kind: 'served'; readonly of: BuildKey; readonly finding: string }
  | { readonly kind: 'given_up'; readonly of: BuildKey; readonly reason: string }
  | { readonly kind: 'waiting'; readonly of: BuildKey }
  | { readonly kind: 'gone'; readonly of: BuildKey };

const pollMs = 100;
/** Within this time a live engine that runs has taken a build on, and brought it up to date. */
const adoptedWithinMs = 10_000;

/**
 * Brings a build that was handed over into service: waits until the live engine keeps it beside the
 * one that is served, verifies it, and switches queries over to it.
 *
 * One that no live engine takes on (none runs, or only one of an earlier version) goes back to
 * being filled, so that it stays near the end of the log and costs the engine nothing when it
 * comes.
 */
export async function settleBuild(
  build: RunningProjection,
  options: SettleOptions,
): Promise<Settlement> {
  const of = { name: build.name, build: build.build };
  const level = await awaitLevel(build, options);
  if (level !== 'level') return { kind: level, of };
  const { matchesLog, finding } = await verifyBuild(build.projection, of, {
    client: options.client,
    log: options.audited,
    signal: options.signal,
  });
  if (!matchesLog) return giveUp(of, finding, options);
  while (!options.signal.aborted) {
    const outcome = await switchBuild(options.owner, build.projection, of, finding);
    if (outcome === 'switched') return { kind: 'served', of, finding };
    if (outcome === 'gone') return { kind: 'gone', of };
    if (outcome === 'in_the_way') return giveUp(of, inTheWay(of), options);
    await pause(pollMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
  return { kind: 'waiting', of };
}

async function giveUp(
  of: BuildKey,
  reason: string,
  { client }: SettleOptions,
): Promise<Settlement> {
  await markFailed(client, of, reason);
  return { kind: 'given_up', of, reason };
}

function inTheWay({ name }: BuildKey): string {
  return (
    `It is filled and proved, but views or functions of others stand on the view ${name}, whose ` +
    'columns change. Drop them, then resume it.'
  );
}

interface Standing {
  /** Whether the present live engine applies it. */
  readonly isApplied: boolean;
  readonly isLive: boolean;
  readonly failure: string | null;
  readonly position: bigint | null;
  /** It shows the same state as the served one does, or a later one if that stands still. */
  readonly isLevel: boolean;
}

async function awaitLevel(
  build: RunningProjection,
  { client, signal }: SettleOptions,
): Promise<'level' | 'waiting' | 'gone'> {
  const deadline = performance.now() + adoptedWithinMs;
  let standing = await readStanding(client, build);
  const handedOverAt = standing?.position ?? null;
  while (!signal.aborted) {
    if (standing?.isLive !== true) return 'gone';
    if (standing.failure !== null) {
      await markFailed(client, build, standing.failure);
      return 'gone';
    }
    if (standing.isApplied && standing.isLevel) return 'level';
    if (performance.now() > deadline) {
      if (!standing.isApplied) await takeBack(client, build, handedOverAt);
      return 'waiting';
    }
    await pause(pollMs, undefined, { signal }).catch(() => undefined);
    standing = await readStanding(client, build);
  }
  return 'waiting';
}

async function readStanding(
  client: PoolClient,
  { name, build }: BuildKey,
): Promise<Standing | undefined> {
  const { rows } = await client.query<Standing>(
    `select b.state = 'live' as "isLive", b.failure, b.position,
            coalesce(b.epoch = l.epoch, false) as "isApplied",
            case when s.epoch = l.epoch and s.failure is null
                 then b.position is not distinct from s.position
                 else coalesce(b.position, -1) >= coalesce(s.position, -1) end as "isLevel"
       from projection_build as b
       left join projection_lease as l on l.name = 'live'
       left join projection_build as s on s.name = b.name and s.serving
      where b.name = $1 and b.build = $2`,
    [name, build],
  );
  return rows[0];
}
