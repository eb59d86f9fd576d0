import { type ClientBase } from 'pg';
import { type Advance, type BuildKey, type Progress, progressAfter } from './checkpoints.js';
import { fingerprintOf } from './digest.js';
import { type ParkedKeys } from './dead-letter-keys.js';
import {
  copySkipped,
  insertLetters,
  type LeftOut,
  lettersOf,
  type NewDeadLetter,
  reasonOf,
  sayWhy,
} from './dead-letter-store.js';
import { type FoldedBatch, foldBatch, type LoadRows } from './fold-batch.js';
import { type Batch, type LogItem, type ProjectionMessage } from './messages.js';
import { type Projection } from './projection.js';
import { allRows, type RowChanges } from './row-memory.js';
import { type TableStatements, toParameters } from './table-statements.js';

/** A build of a projection at work. */
export interface RunningProjection extends BuildKey {
  readonly projection: Projection;
  readonly tableName: string;
  readonly statements: TableStatements;
  readonly progress: Progress;
  readonly leftOut: LeftOut;
}

/** What the database refused of one build, its connection being well. */
export class WriteRefused extends Error {
  override readonly name = 'WriteRefused';
  readonly of: RunningProjection;

  constructor(of: RunningProjection, cause: unknown) {
    super(`The database refused rows of ${of.name}, build ${of.build}.`, { cause });
    this.of = of;
  }

  /** Whether it is for what these rows hold: those of other events may be taken. */
  get isOfData(): boolean {
    const { cause } = this;
    return !isRefusal(cause) || !cause.code.startsWith(definitionClass);
  }
}

/** SQLSTATEs of a table that is not as it should be, whatever is written to it. */
const definitionClass = '42';

/** Sorts messages into a batch. */
export function toBatch(messages: readonly ProjectionMessage[]): Batch {
  const items: LogItem[] = [];
  let end: bigint | null = null;
  let recordedAt: Date | null = null;
  let passedOver = 0;
  for (const message of messages) {
    if (message.kind === 'caught_up') continue;
    if (message.kind === 'event') items.push(message.event);
    if (message.kind === 'undecodable') items.push(message);
    if (message.kind === 'passed_over') passedOver += 1;
    end = message.kind === 'event' ? message.event.position : message.position;
    recordedAt = recordedAtOf(message) ?? recordedAt;
  }
  const fingerprints = items.map((item) => fingerprintOf(item.id));
  return { items, fingerprints, passedOver, end, recordedAt };
}

function recordedAtOf(message: ProjectionMessage): Date | null {
  if (message.kind === 'event') return message.event.recordedAt;
  return message.kind === 'passed_over' ? message.recordedAt : null;
}

/** What a projection makes of a batch. */
export interface Step {
  readonly of: RunningProjection;
  readonly advance: Advance;
  readonly changes: RowChanges;
  /** Events that go to the dead letters. */
  readonly letters: readonly NewDeadLetter[];
  /** Positions of events that are left out because an operator gave them up. */
  readonly skipped: readonly bigint[];
  /** With what waits from now on: a fork, to be joined when the step is committed. */
  readonly waiting: ParkedKeys;
}

const unchanged: RowChanges = { inserts: [], upserts: [], removals: [] };

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
  const { concerns, skipped } = concernsOf(of, batch.items);
  const waiting = of.leftOut.waiting.fork();
  if (concerns.length === 0) {
    const advance = advanceTo(of, [], batch.end, null);
    return { of, advance, changes: unchanged, letters: [], skipped, waiting };
  }
  const items = concerns.map((index) => batch.items[index] as LogItem);
  const folded = await foldBatch(projection, items, rowLoader(client, of), waiting);
  const end = endOf(folded, items, batch);
  const failure = failureOf(waiting, folded, items);
  const applied = appliedOf(folded, concerns);
  const fingerprints = applied.map((index) => batch.fingerprints[index] as Uint32Array);
  return {
    of,
    advance: advanceTo(of, fingerprints, end, failure),
    changes: folded.changes,
    letters: lettersOf(items, folded.parked),
    skipped: skipped.filter((position) => end !== null && position <= end),
    waiting,
  };
}

/** Reads the rows a fold asks for. Rejects with {@link WriteRefused} for what can be no key. */
export function rowLoader(client: ClientBase, of: RunningProjection): LoadRows {
  return (keys) => run(client, of, 'select', keys);
}

/**
 * Whether a row that should not be there is replaced, or refused: not to look for it costs a third
 * less.
 */
export type HowToWrite = 'whatever_is_there' | 'new_rows_are_new';

/**
 * Sends the statements that write what a step changes, without waiting for any.
 *
 * Each rejects with {@link WriteRefused} where the database would not take what the fold led to.
 */
export function writeChanges(
  client: ClientBase,
  step: Step,
  how: HowToWrite = 'whatever_is_there',
): Promise<unknown>[] {
  const { of, changes, letters, skipped } = step;
  const sent = writeRows(client, of, changes, how);
  if (letters.length > 0) sent.push(insertLetters(client, of, letters));
  if (skipped.length > 0) sent.push(copySkipped(client, of, skipped));
  return sent;
}

/** As {@link writeChanges}, of rows alone. */
export function writeRows(
  client: ClientBase,
  of: RunningProjection,
  { removals, ...changes }: RowChanges,
  how: HowToWrite = 'whatever_is_there',
): Promise<unknown>[] {
  const sent: Promise<unknown>[] = [];
  const isSure = how === 'new_rows_are_new';
  const inserts = isSure ? changes.inserts : [];
  const upserts = isSure ? changes.upserts : allRows(changes);
  if (removals.length > 0) sent.push(run(client, of, 'remove', removals));
  if (inserts.length > 0) sent.push(run(client, of, 'insert', inserts));
  if (upserts.length > 0) sent.push(run(client, of, 'upsert', upserts));
  return sent;
}

/**
 * Where in the batch the events are that the projection has a handler for and has not seen; those
 * that were given up are told apart.
 */
export function concernsOf(
  { projection, progress: { position }, leftOut }: RunningProjection,
  items: readonly LogItem[],
): { readonly concerns: readonly number[]; readonly skipped: readonly bigint[] } {
  const concerns: number[] = [];
  const skipped: bigint[] = [];
  for (const [index, item] of items.entries()) {
    if (!Object.hasOwn(projection.on, item.type)) continue;
    if (position !== null && item.position <= position) continue;
    if (leftOut.skipped.size > 0 && leftOut.skipped.has(item.position)) skipped.push(item.position);
    else concerns.push(index);
  }
  return { concerns, skipped };
}

/** Those of the events concerned whose changes are in the rows. */
function appliedOf({ folded, parked }: FoldedBatch, concerns: readonly number[]) {
  if (parked.length === 0) return concerns.slice(0, folded);
  const left = new Set(parked.map(({ index }) => index));
  return concerns.filter((_, index) => index < folded && !left.has(index));
}

/** The end of the batch, or of its last event before the one that failed; `null`: none. */
function endOf(folded: FoldedBatch, items: readonly LogItem[], batch: { end: bigint }) {
  return folded.failure === null ? batch.end : (items[folded.folded - 1]?.position ?? null);
}

/** Moves a projection to `end`, or says why it stays where it is. */
export function advanceTo(
  of: RunningProjection,
  fingerprints: readonly Uint32Array[],
  end: bigint | null,
  failure: string | null,
): Advance {
  const from = of.progress;
  const to = progressAfter(from, fingerprints, end ?? from.position);
  return { of, from, to, failure };
}

function failureOf(waiting: ParkedKeys, folded: FoldedBatch, items: readonly LogItem[]) {
  if (folded.failure === null) return null;
  return describeFailure(waiting, items[folded.folded] as LogItem, folded.failure);
}

/** Why a projection stands still before an event. */
export function describeFailure({ limits }: ParkedKeys, item: LogItem, cause: unknown): string {
  const { keysMax, eventsMax } = limits;
  const reason = sayWhy(item, reasonOf(cause));
  const full = `No room for more dead letters (${keysMax} keys, ${eventsMax} events). `;
  return keysMax === 0 ? reason : full + reason;
}

async function run(
  client: ClientBase,
  of: RunningProjection,
  statement: keyof TableStatements,
  rows: readonly object[],
): Promise<Record<string, unknown>[]> {
  const values = parametersOf(of, statement, rows);
  try {
    const prepared = { ...of.statements[statement], values };
    return (await client.query<Record<string, unknown>>(prepared)).rows;
  } catch (error) {
    throw isRefusal(error) ? new WriteRefused(of, error) : error;
  }
}

/** A handler may have put into a row what has no form outside of memory. */
function parametersOf(
  of: RunningProjection,
  statement: keyof TableStatements,
  rows: readonly object[],
): string[] {
  try {
    return toParameters(of.projection.table, statement, rows);
  } catch (error) {
    throw new WriteRefused(of, error);
  }
}

/** SQLSTATEs of data, constraints, definitions and limits: trying again would change nothing. */
function isRefusal(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && /^(22|23|42|54)/.test(String(error.code));
}
