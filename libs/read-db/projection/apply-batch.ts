import { type ClientBase } from 'pg';
import { type Advance, type BuildKey, type Progress, progressAfter } from './checkpoints.js';
import { fingerprintOf } from './digest.js';
import { type FoldedBatch, foldBatch } from './fold-batch.js';
import { type Batch, type LogItem, type ProjectionMessage } from './messages.js';
import { type Projection } from './projection.js';
import { type RowChanges } from './row-memory.js';
import { type TableStatements, toParameter } from './table-statements.js';

/** A build of a projection at work. */
export interface RunningProjection extends BuildKey {
  readonly projection: Projection;
  readonly tableName: string;
  readonly statements: TableStatements;
  readonly progress: Progress;
}

/** What the database refused of one build, its connection being well. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
  readonly of: RunningProjection;

  constructor(of: RunningProjection, cause: unknown) {
    super(`The database refused rows of ${of.name}, build ${of.build}.`, { cause });
    this.of = of;
  }
}

/** Sorts messages into a batch. */
export function toBatch(messages: readonly ProjectionMessage[]): Batch {
  const items: LogItem[] = [];
  let end: bigint | null = null;
  let recordedAt: Date | null = null;
  for (const message of messages) {
    if (message.kind === 'caught_up') continue;
    if (message.kind === 'event') items.push(message.event);
    if (message.kind === 'undecodable') items.push(message);
    end = message.kind === 'event' ? message.event.position : message.position;
    if (message.kind === 'event') recordedAt = message.event.recordedAt;
  }
  return { items, fingerprints: items.map((item) => fingerprintOf(item.id)), end, recordedAt };
}

/** What a projection makes of a batch. */
export interface Step {
  readonly of: RunningProjection;
  readonly advance: Advance;
  readonly changes: RowChanges;
}

const unchanged: RowChanges = { upserts: [], removals: [] };

/**
 * Folds a batch into the rows it touches, which are read from the database; `null` if the
 * projection was past the batch already.
 *
 * What is read cannot change before it is written: rows move together with their checkpoint, and
 * {@link advance} fails where that has moved.
 */
export async function foldStep(
  client: ClientBase,
  of: RunningProjection,
  batch: Batch & { readonly end: bigint },
): Promise<Step | null> {
  const { projection, progress } = of;
  if (progress.position !== null && batch.end <= progress.position) return null;
  const concerns = indexesOfConcern(projection, progress, batch.items);
  if (concerns.length === 0) {
    return {
      of,
      advance: advanceTo(of, [], batch.end, null),
      changes: unchanged,
    };
  }
  const items = concerns.map((index) => batch.items[index] as LogItem);
  const folded = await foldBatch(projection, items, (keys) => run(client, of, 'select', keys));
  const applied = concerns.slice(0, folded.folded);
  const fingerprints = applied.map((index) => batch.fingerprints[index] as Uint32Array);
  const failure =
    folded.failure === null
      ? null
      : describeFailure(items[folded.folded] as LogItem, folded.failure);
  const end = endOf(folded, items, batch);
  return {
    of,
    advance: advanceTo(of, fingerprints, end, failure),
    changes: folded.changes,
  };
}

/**
 * Sends the statements that write what a step changes, without waiting for any.
 *
 * Each rejects with {@link WriteRefused} where the database would not take what the fold led to.
 */
export function writeChanges(
  client: ClientBase,
  { of, changes: { removals, upserts } }: Step,
): Promise<unknown>[] {
  const sent: Promise<unknown>[] = [];
  if (removals.length > 0) sent.push(run(client, of, 'remove', removals));
  if (upserts.length > 0) sent.push(run(client, of, 'upsert', upserts));
  return sent;
}

/** Where in the batch the events are that the projection has a handler for and has not seen. */
function indexesOfConcern(
  projection: Projection,
  { position }: Progress,
  items: readonly LogItem[],
): number[] {
  const indexes: number[] = [];
  for (const [index, item] of items.entries()) {
    if (!Object.hasOwn(projection.on, item.type)) continue;
    if (position === null || item.position > position) indexes.push(index);
  }
  return indexes;
}

/** The end of the batch, or of its last event before the one that failed; `null`: none. */
function endOf(folded: FoldedBatch, items: readonly LogItem[], batch: { end: bigint }) {
  return folded.failure === null ? batch.end : (items[folded.folded - 1]?.position ?? null);
}

function advanceTo(
  of: RunningProjection,
  fingerprints: readonly Uint32Array[],
  end: bigint | null,
  failure: string | null,
): Advance {
  const from = of.progress;
  const to = progressAfter(from, fingerprints, end ?? from.position);
  return { of, from, to, failure };
}

function describeFailure(item: LogItem, failure: unknown): string {
  const reason = failure instanceof Error ? failure.message : String(failure);
  return `${item.type} ${item.id} at position ${item.position}: ${reason}`;
}

async function run(
  client: ClientBase,
  of: RunningProjection,
  statement: keyof TableStatements,
  rows: readonly object[],
): Promise<Record<string, unknown>[]> {
  try {
    const values = [toParameter(of.projection.table, rows)];
    const prepared = { ...of.statements[statement], values };
    return (await client.query<Record<string, unknown>>(prepared)).rows;
  } catch (error) {
    throw isRefusal(error) ? new WriteRefused(of, error) : error;
  }
}

/** SQLSTATE classes of data, constraints and definitions: trying again would change nothing. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(22|23|42)/.test(String(error.code));
}
