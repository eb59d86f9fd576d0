import { type ClientBase } from 'pg';
import { DomainError } from '#libs/kernel';
import { EventDigest } from './digest.js';
import { Fenced, type Lease, leaseTtlMs } from './lease.js';
import { type Projection } from './projection.js';

/** How far a projection has come, as this process knows it. */
export interface Progress {
  readonly position: bigint | null;
  readonly appliedCount: bigint;
  readonly appliedDigest: string;
}

/** One step of a projection: from where it was to where it is, or why it stops there. */
export interface Advance {
  readonly projection: Projection;
  readonly from: Progress;
  readonly to: Progress;
  readonly failure: string | null;
}

/** Where every projection stands. Throws `read_model_missing` for one without a table. */
export async function loadProgress(
  client: ClientBase,
  projections: readonly Projection[],
): Promise<Progress[]> {
  const { rows } = await client.query<Progress & { name: string; version: number }>(
    `select name, version, position,
            applied_count as "appliedCount", applied_digest as "appliedDigest"
       from projection_checkpoint`,
  );
  return projections.map(({ name, version }) => {
    const found = rows.find((row) => row.name === name && row.version === version);
    if (found !== undefined) return found;
    throw new DomainError(
      'unavailable',
      'read_model_missing',
      `The read model ${name} version ${version} has no table yet. Migrate the database first.`,
    );
  });
}

const advanceStatement = {
  name: 'checkpoint:advance',
  text: `
    with fence as (
      update projection_lease set expires_at = clock_timestamp() + $4 * interval '1 ms'
       where name = $1 and epoch = $2
      returning epoch
    )
    update projection_checkpoint as c
       set position = n.position, applied_count = n.count, applied_digest = n.digest,
           failure = n.failure, updated_at = clock_timestamp()
      from json_to_recordset($3::json) as n(
             name text, version integer, expected bigint, position bigint, count bigint,
             digest text, failure text),
           fence
     where c.name = n.name and c.version = n.version
       and c.position is not distinct from n.expected`,
};

/**
 * Moves checkpoints, in the transaction that wrote the rows, and renews the lease.
 *
 * It is the fence: throws {@link Fenced} if the lease has a newer epoch, or if any checkpoint is
 * not where this process left it.
 */
export async function advance(
  client: ClientBase,
  lease: Lease,
  advances: readonly Advance[],
): Promise<void> {
  const rows = advances.map(({ projection, from, to, failure }) => ({
    name: projection.name,
    version: projection.version,
    expected: from.position?.toString() ?? null,
    position: to.position?.toString() ?? null,
    count: to.appliedCount.toString(),
    digest: to.appliedDigest,
    failure,
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
