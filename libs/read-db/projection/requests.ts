import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Selectable } from 'kysely';
import { type Database } from '../database.js';
import { type ProjectionRequestTable } from '../tables.js';

/**
 * What can be asked of the worker.
 *
 * - `rebuild`: fill a new build beside the one that is served, verify it, switch it in
 * - `cancel`: stop filling a build; its table stays
 * - `resume`: go on with a cancelled or failed build from where it stood
 * - `rollback`: bring a kept build up to date and serve it again
 * - `drop`: remove a build that is kept, cancelled or failed, with its table
 * - `retry`, `skip`: apply dead letters again, or give them up; `details` say which and why
 */
export type ProjectionAction = ProjectionRequestTable['action'];

/** What is asked of whom. */
export interface ProjectionOrder {
  /** UUID; a new one unless told. What comes again under its id is asked once. */
  readonly id?: string | undefined;
  readonly action: ProjectionAction;
  /** Of the projection. */
  readonly name: string;
  /** Which of its builds; the one that fits, if left out. */
  readonly build?: number | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Who asks, for the record: an API key's id, `cli` … */
  readonly requestedBy: string;
}

/** A request as it is kept: the record of who asked for what, and what became of it. */
export interface ProjectionRequest {
  /** UUID. */
  readonly id: string;
  readonly action: ProjectionAction;
  readonly name: string;
  /** For a rebuild: the build that it began, once handled. */
  readonly build: number | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly handledAt: string | null;
  /** `null` while it waits, then `done` or a sentence: why it was refused, and what to do. */
  readonly outcome: string | null;
}

/**
 * Asks the worker for something, and returns the id of the request at once.
 *
 * The worker handles requests in order, within a second. `done` means that the state of the build
 * is changed; filling, verification and switch go on from there, and show in `listBuilds`.
 */
export async function requestProjectionAction(
  { kysely }: Database,
  { id = randomUUID(), details = {}, build, ...order }: ProjectionOrder,
): Promise<string> {
  const row = { ...order, id, build: build ?? null, details: JSON.stringify(details) };
  await kysely
    .insertInto('projectionRequest')
    .values(row)
    .onConflict((known) => known.column('id').doNothing())
    .execute();
  return id;
}

/** What became of a request; `null` if there is none of this id. */
export async function readProjectionRequest(
  { kysely }: Database,
  id: string,
): Promise<ProjectionRequest | null> {
  const row = await kysely
    .selectFrom('projectionRequest')
    .select(requestColumns)
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/**
 * The request once it is handled, or as it stands after `timeoutMs`, its outcome still `null`: no
 * worker runs then, or it is busy.
 */
export async function awaitProjectionRequest(
  database: Database,
  id: string,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<ProjectionRequest | null> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const request = await readProjectionRequest(database, id);
    if (request?.outcome !== null || performance.now() + pollMs > deadline) return request ?? null;
    await pause(pollMs);
  }
}

const pollMs = 50;

/** The requests made last, newest first; 100 unless told. */
export function listProjectionRequests(
  { kysely }: Database,
  { limit = 100 }: { readonly limit?: number } = {},
): Promise<ProjectionRequest[]> {
  return kysely
    .selectFrom('projectionRequest')
    .select(requestColumns)
    .orderBy('place', 'desc')
    .limit(limit)
    .execute();
}

/** What {@link ProjectionRequest} consists of, for statements of this lib. */
export const requestColumns = [
  'id',
  'action',
  'name',
  'build',
  'details',
  'requestedBy',
  'requestedAt',
  'handledAt',
  'outcome',
] as const satisfies readonly (keyof Selectable<ProjectionRequestTable>)[];
