import { type ClientBase } from 'pg';
import { type RunningProjection, WriteRefused } from './apply-batch.js';
import {
  NotReread,
  type RereadEvents,
  type RetryResult,
  retryLetters,
  type Skip,
} from './dead-letter-retry.js';
import { type ParkedLetter, parkedTogether } from './dead-letter-store.js';
import { type Lease } from './lease.js';

/** What the handling of requests needs of the engine. */
export interface DeadLetterParts {
  readonly client: ClientBase;
  readonly lease: Lease;
  readonly reread: RereadEvents;
}

interface Request {
  readonly id: string;
  readonly action: 'retry' | 'skip';
  readonly name: string;
  readonly build: number | null;
  readonly details: { readonly key?: unknown; readonly reason?: unknown };
  readonly requestedBy: string;
}

/** What a request comes to: letters of a build to try again, one of them perhaps given up first. */
interface Plan {
  readonly of: RunningProjection;
  readonly letters: readonly ParkedLetter[];
  readonly skip: Skip | null;
}

/** Why a request cannot be met, and what to do instead. */
class Refusal {
  constructor(readonly sentence: string) {}
}

/**
 * Handles the requests to retry or skip dead letters that have come in, as the holder of the live
 * lease; resolves to the builds as they stand afterwards.
 *
 * `details.key` says what to retry: without it, everything of the build. A skip needs a key and a
 * `details.reason`, gives up the first event under it and retries what waited for that. Outcome and
 * rows are one transaction.
 */
export async function handleDeadLetterRequests(
  parts: DeadLetterParts,
  running: readonly RunningProjection[],
): Promise<readonly RunningProjection[]> {
  const { rows } = await parts.client.query<Request>(pendingStatement);
  let builds = running;
  for (const request of rows) {
    const plan = await planOf(parts, request, builds);
    if (plan instanceof Refusal) {
      await answer(parts, request, plan.sentence);
      continue;
    }
    const after = await carryOut(parts, request, plan);
    builds = builds.map((each) => (each === plan.of ? after : each));
  }
  return builds;
}

const pendingStatement = {
  name: 'dead-letter:requests',
  text: `
    select id, action, name, build, details, requested_by as "requestedBy"
      from projection_request
     where outcome is null and action in ('retry', 'skip')
     order by place limit 20`,
};

async function planOf(
  { client }: DeadLetterParts,
  request: Request,
  running: readonly RunningProjection[],
): Promise<Plan | Refusal> {
  const { action, name, details } = request;
  const key = typeof details.key === 'string' ? details.key : null;
  const of = buildOf(request, key, running);
  if (of === undefined) {
    return new Refusal(`No live build of ${name} is at work. List the builds for how it is.`);
  }
  const letters = await parkedTogether(client, of, key === null ? null : [key]);
  const first = letters.find(({ keys }) => key === null || keys.includes(key));
  if (first === undefined) {
    return new Refusal(`Nothing of ${name} waits there. List its dead letters for the keys.`);
  }
  if (action === 'retry') return { of, letters, skip: null };
  const skip = skipOf(request, key, first, letters);
  return skip instanceof Refusal ? skip : { of, letters, skip };
}

/** The one that was asked for, or where the key waits. */
function buildOf(
  { name, build }: Request,
  key: string | null,
  running: readonly RunningProjection[],
): RunningProjection | undefined {
  const named = running.filter((each) => each.name === name);
  if (build !== null) return named.find((each) => each.build === build);
  const waiting = named.find(
    ({ leftOut }) => leftOut.waiting.size > 0 && (key === null || leftOut.waiting.has(key)),
  );
  return waiting ?? named[0];
}

function skipOf(
  { details: { reason }, requestedBy: by }: Request,
  key: string | null,
  { position, reason: cause }: ParkedLetter,
  [root]: readonly ParkedLetter[],
): Skip | Refusal {
  if (key === null) return new Refusal('Say which key: one event is skipped at a time.');
  if (typeof reason !== 'string' || reason.trim() === '') {
    return new Refusal('Say why it is skipped: the reason is kept as the record of it.');
  }
  if (cause !== null) return { position, by, note: reason };
  if (root === undefined || root.position === position) {
    return new Refusal(`The first event under ${key} only waited. Retry it before you skip any.`);
  }
  const keys = root.keys.join(', ');
  return new Refusal(`The first event under ${key} only waits for one under ${keys}. Skip that.`);
}

async function carryOut(
  parts: DeadLetterParts,
  request: Request,
  { of, letters, skip }: Plan,
): Promise<RunningProjection> {
  try {
    const conclude = (result: RetryResult) => answer(parts, request, outcomeOf(result, skip));
    return (await retryLetters({ ...parts, of }, letters, skip, conclude)).of;
  } catch (error) {
    if (!(error instanceof WriteRefused || error instanceof NotReread)) throw error;
    await parts.client.query('rollback');
    await answer(parts, request, `${error.message} Nothing has changed; ask again.`);
    return of;
  }
}

function outcomeOf({ applied, left, obstacle }: RetryResult, skip: Skip | null): string {
  if (left === 0) return 'done';
  const skipped = skip === null ? '' : 'The event is skipped. ';
  const rest = `${applied} of ${applied + left} events were applied; the others wait still.`;
  return `${skipped}${rest} ${obstacle ?? 'Ask again for them.'}`;
}

async function answer({ client }: DeadLetterParts, { id }: Request, outcome: string) {
  await client.query(
    'update projection_request set handled_at = clock_timestamp(), outcome = $2 where id = $1',
    [id, outcome],
  );
}
