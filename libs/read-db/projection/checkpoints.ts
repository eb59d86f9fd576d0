import { type ClientBase } from 'pg';
import { EventDigest } from './digest.js';
import { type Batch } from './messages.js';
import { Fenced, type Lease, leaseTtlMs } from './lease.js';

/** Which of a projection's tables. */
export interface BuildKey {
  readonly name: string;
  /** 1, 2, 3 … of each name. */
  readonly build: number;
}

/** How far a build has come, as this process knows it. */
export interface Progress {
  readonly position: bigint | null;
  readonly appliedCount: bigint;
  readonly appliedDigest: string;
}

/** One step of a build: from where it was to where it is, or why it stops there. */
export interface Advance {
  readonly of: BuildKey;
  readonly from: Progress;
  readonly to: Progress;
  readonly failure: string | null;
}

const advanceStatement = {
  name: 'checkpoint:advance',
  text: `
    with fence as (
      update projection_lease set expires_at = clock_timestamp() + $4 * interval '1 ms'
       where name = $1 and epoch = $2
      returning epoch
    )
    update projection_build as b
       set position = n.position, applied_count = n.count, applied_digest = n.digest,
           failure = n.failure, updated_at = clock_timestamp(),
           passed_at = coalesce(n.passed_at, b.passed_at)
      from json_to_recordset($3::json) as n(
             name text, build integer, expected bigint, position bigint, count bigint,
             digest text, failure text, passed_at timestamptz),
           fence
     where b.name = n.name and b.build = n.build and b.state = 'live'
       and b.position is not distinct from n.expected`,
};

/**
 * Moves live builds on, in the transaction that wrote their rows, and renews the lease.
 *
 * `passed` is the stretch of the log that was looked at, to tell how far behind a build is.
 *
 * It is the fence: throws {@link Fenced} if the lease has a newer epoch, or if any build is not
 * where this process left it, or no longer live.
 */
export async function advance(
  client: ClientBase,
  lease: Lease,
  advances: readonly Advance[],
  passed: Pick<Batch, 'end' | 'recordedAt'> = { end: null, recordedAt: null },
): Promise<void> {
  const rows = advances.map(({ of: { name, build }, from, to, failure }) => ({
    name,
    build,
    expected: from.position?.toString() ?? null,
    position: to.position?.toString() ?? null,
    count: to.appliedCount.toString(),
    digest: to.appliedDigest,
    failure,
    // One that stops short of the end is as far behind as it was.
    passed_at: to.position === passed.end ? passed.recordedAt : null,
  }));
  const { rowCount } = await client.query({
    ...advanceStatement,
    values: [lease.name, lease.epoch, JSON.stringify(rows), leaseTtlMs],
  });
  if (rowCount !== advances.length) throw new Fenced();
}

/** What `progress` becomes when these events were applied and `position` was reached. */
export function progressAfter(
  progress: Progress,
  fingerprints: readonly Uint32Array[],
  position: bigint | null,
): Progress {
  if (fingerprints.length === 0) return { ...progress, position };
  const digest = EventDigest.from(progress.appliedDigest);
  for (const fingerprint of fingerprints) digest.add(fingerprint);
  return {
    position,
    appliedCount: progress.appliedCount + BigInt(fingerprints.length),
    appliedDigest: digest.toString(),
  };
}
