import { type ClientBase } from 'pg';
import { type Database } from '../../database.js';
import { type AuditFinding } from './audit-finding.js';
import { type ReadModelAudit } from './audit-states.js';
import { messageOf, replaceAudit, stateOf } from './audit-table.js';
import { atTheBeginning, AuditTrack, type Mismatch } from './audit-track.js';
import { type AuditedLog, readUpTo, type AuditedProjection } from './audited-log.js';
import { findFaults } from './find-faults.js';
import { readServingBuilds, servingBuildOf } from './serving-builds.js';

/** What is to be audited, and against which log. */
export interface AuditOptions {
  /** Connected as the worker. */
  readonly database: Database;
  readonly projections: readonly AuditedProjection[];
  readonly log: AuditedLog;
  readonly signal: AbortSignal;
  /** Told of events counted so far, of as many as the read models account for. */
  readonly onProgress?: (done: number, total: number) => void;
}

const progressEveryMessages = 1_000;

/**
 * Counts the log from its beginning up to where each read model stands now, and compares number and
 * ids of the events with what the read model says it applied. What is found is kept in place of
 * what the continuous audit had found, which goes on from there.
 */
export async function auditReadModels(options: AuditOptions): Promise<ReadModelAudit[]> {
  const client = await options.database.pool.connect();
  try {
    const tracks = await startTracks(client, options.projections);
    const mismatches = await count(tracks, options);
    const audits: ReadModelAudit[] = [];
    for (const track of tracks) {
      const found: AuditFinding[] = [];
      for (const mismatch of mismatches.get(track) ?? []) {
        found.push(...(await findFaults(options.log, track.projection, mismatch, options.signal)));
      }
      audits.push(await keep(client, track, found));
    }
    return audits;
  } finally {
    client.release();
  }
}

async function startTracks(
  client: ClientBase,
  projections: readonly AuditedProjection[],
): Promise<AuditTrack[]> {
  const builds = await readServingBuilds(client, projections);
  return projections.map((projection) => {
    const served = servingBuildOf(builds, projection);
    const track = new AuditTrack(projection, served.build, atTheBeginning);
    track.sample(served);
    return track;
  });
}

async function count(
  tracks: readonly AuditTrack[],
  { log, signal, onProgress }: AuditOptions,
): Promise<ReadonlyMap<AuditTrack, readonly Mismatch[]>> {
  const mismatches = new Map<AuditTrack, Mismatch[]>(tracks.map((track) => [track, []]));
  const upTo = highestTarget(tracks);
  if (upTo === null) return mismatches;
  const total = Number(tracks.reduce((sum, { claimed }) => sum + claimed, 0n));
  const tell = () => {
    const done = Number(tracks.reduce((sum, { progress }) => sum + progress.counted.count, 0n));
    onProgress?.(done, Math.max(done, total));
  };
  let messages = 0;
  for await (const message of readUpTo(log, null, upTo, signal)) {
    if (message.kind !== 'event') continue;
    for (const track of tracks) mismatches.get(track)?.push(...track.take(message.event));
    messages += 1;
    if (messages % progressEveryMessages === 0) tell();
  }
  for (const track of tracks) mismatches.get(track)?.push(...track.passTo(upTo));
  tell();
  return mismatches;
}

/** The furthest place up to which any of them is to count. */
export function highestTarget(tracks: readonly AuditTrack[]): bigint | null {
  let highest: bigint | null = null;
  for (const { target } of tracks) {
    if (target !== null && (highest === null || target > highest)) highest = target;
  }
  return highest;
}

async function keep(
  client: ClientBase,
  { projection: { name }, build, progress }: AuditTrack,
  findings: readonly AuditFinding[],
): Promise<ReadModelAudit> {
  const record = { name, build, progress, findings };
  await replaceAudit(client, record);
  return {
    ...{ name, build, findings },
    state: stateOf(record),
    position: progress.position,
    checkedAt: new Date().toISOString(),
    message: messageOf(record),
  };
}
