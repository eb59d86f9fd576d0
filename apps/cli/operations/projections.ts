import { pause } from '#libs/event-store';
import { DomainError } from '#libs/kernel';
import {
  awaitProjectionRequest,
  type BuildStatus,
  isDatabaseUnavailable,
  type ProjectionOrder,
  type ProjectionRequest,
  readModelsStatus,
  type ReadModelsStatus,
  requestProjectionAction,
} from '#libs/read-db';
import { operatorCall } from '../connection/operator.js';
import { type StackConnection } from '../connection/stack-connection.js';

/** A worker looks at requests within a second; one that has just begun takes a moment longer. */
const HANDLED_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 250;

/** What is asked of the worker; who asks is known. */
export type Order = Omit<ProjectionOrder, 'id' | 'requestedBy'>;

/** A build that is waited for. */
export interface FollowedBuild {
  readonly name: string;
  readonly build: number;
}

/** How all read models are. */
export function projectionsStatus({ database }: StackConnection): Promise<ReadModelsStatus> {
  return readModelsStatus(database);
}

/** The names of all read models. Rejects with `projection_not_found` if `name` is none of them. */
export async function projectionNames(stack: StackConnection, name?: string): Promise<string[]> {
  const { projections } = await projectionsStatus(stack);
  const names = projections.map((projection) => projection.name);
  if (name === undefined) return names;
  if (names.includes(name)) return [name];
  throw new DomainError(
    'not_found',
    'projection_not_found',
    `There is no read model ${name}; there are ${names.join(', ')}.`,
  );
}

/**
 * Asks the worker for something, and resolves once it is accepted. Rejects with the worker's own
 * words if it refuses, and with `no_worker` if none has looked at it: it is handled later then.
 */
export async function askWorker(stack: StackConnection, order: Order): Promise<ProjectionRequest> {
  const { actor, commandId: id } = operatorCall();
  await projectionNames(stack, order.name);
  const requestedBy = `${actor.kind}:${actor.id}`;
  await requestProjectionAction(stack.database, { ...order, id, requestedBy });
  const timeoutMs = HANDLED_WITHIN_MS;
  const request = await awaitProjectionRequest(stack.database, id, { timeoutMs });
  if (request?.outcome === 'done') return request;
  if (typeof request?.outcome === 'string') {
    throw new DomainError('illegal_state', 'projection_request_refused', request.outcome);
  }
  throw new DomainError(
    'unavailable',
    'no_worker',
    `No worker has looked at it within ${HANDLED_WITHIN_MS / 1_000} s. It is kept (request ${id}), ` +
      'and will be handled as soon as a worker runs; see projections status.',
    { details: { request_id: id } },
  );
}

/**
 * Waits until every build is served or has ended otherwise, and tells meanwhile how they are; those
 * that were dropped are not among them. `null` if the signal came first.
 */
export async function followBuilds(
  stack: StackConnection,
  followed: readonly FollowedBuild[],
  signal: AbortSignal,
  onProgress: (builds: readonly BuildStatus[]) => void,
): Promise<readonly BuildStatus[] | null> {
  while (!signal.aborted) {
    const builds = await buildsNow(stack, followed);
    if (builds !== null) onProgress(builds);
    if (builds?.every(hasEnded) === true) return builds;
    await pause(LOOK_EVERY_MS, signal);
  }
  return null;
}

/** `null` while the database is out of reach: the work goes on when it is back, and so do we. */
async function buildsNow(
  stack: StackConnection,
  followed: readonly FollowedBuild[],
): Promise<readonly BuildStatus[] | null> {
  const isFollowed = (one: BuildStatus) =>
    followed.some(({ name, build }) => one.name === name && one.build === build);
  try {
    const { projections } = await projectionsStatus(stack);
    return projections.flatMap(({ builds }) => builds.filter(isFollowed));
  } catch (error) {
    if (isDatabaseUnavailable(error)) return null;
    throw error;
  }
}

/** Whether nothing more becomes of a build by itself. */
export function hasEnded({ state, finishedAt, serving }: BuildStatus): boolean {
  if (state === 'live') return serving && finishedAt !== null;
  return state !== 'requested' && state !== 'building';
}
