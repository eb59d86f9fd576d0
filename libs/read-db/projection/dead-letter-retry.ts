import { type ClientBase } from 'pg';
import { advanceTo, type RunningProjection } from './apply-batch.js';
import { Halving } from './apply-by-halves.js';
import { advance } from './checkpoints.js';
import {
  insertLetters,
  loadLeftOut,
  markSkipped,
  type NewDeadLetter,
  type ParkedLetter,
  removeLetters,
  sayWhy,
} from './dead-letter-store.js';
import { type Lease, renewLease } from './lease.js';
import { type LogItem, type StoredPlace } from './messages.js';

/**
 * Reads events again, as the log gives them now: mended upcasters make an undecodable one readable.
 * In the order asked for; `null` for one that the store no longer holds, or of an unknown type.
 */
export type RereadEvents = (places: readonly StoredPlace[]) => Promise<readonly (LogItem | null)[]>;

/** Who retries dead letters of a build, and with what. */
export interface RetryParts {
  readonly client: ClientBase;
  readonly lease: Lease;
  readonly of: RunningProjection;
  readonly reread: RereadEvents;
}

/** What became of a retry. */
export interface RetryResult {
  /** The build as it stands afterwards. */
  readonly of: RunningProjection;
  readonly applied: number;
  readonly left: number;
  /** Which event still cannot be applied, and why; `null` if all could. */
  readonly obstacle: string | null;
}

/** An event that is given up. */
export interface Skip {
  readonly position: bigint;
  readonly by: string;
  readonly note: string;
}

/** The events could not be read, so nothing was tried. */
export class NotReread extends Error {
  override readonly name = 'NotReread';
}

/** Read from the store, and tried, at a time. */
const sliceSize = 500;
/** Beyond it a retry leaves the rest as it is: each costs several round trips. */
const refusalsMax = 100;

/**
 * Applies what is parked together, in the order of the log, in one transaction that also gives up
 * the event of `skip` and takes `conclude` along. What still cannot be applied stays parked, and
 * what has to wait for it.
 */
export async function retryLetters(
  parts: RetryParts,
  letters: readonly ParkedLetter[],
  skip: Skip | null,
  conclude: (result: RetryResult) => Promise<void>,
): Promise<RetryResult> {
  const { client, of } = parts;
  const tried = letters.filter(({ position }) => position !== skip?.position);
  const items = await rereadAll(parts, tried);
  await client.query('begin');
  if (skip !== null) await markSkipped(client, of, skip.position, skip);
  const halving = new Halving(client, of, othersWaiting(of, letters));
  for (let first = 0; first < items.length; first += sliceSize) {
    if (halving.refusals > refusalsMax) break;
    await halving.apply(items.slice(first, first + sliceSize));
  }
  const result = await conclusion(parts, tried, halving);
  await conclude(result);
  await client.query('commit');
  return result;
}

async function rereadAll(
  { client, lease, reread }: RetryParts,
  letters: readonly ParkedLetter[],
): Promise<LogItem[]> {
  const items: LogItem[] = [];
  for (let first = 0; first < letters.length; first += sliceSize) {
    const slice = letters.slice(first, first + sliceSize);
    const read = await reread(slice).catch((cause: unknown) => {
      throw new NotReread('The event store did not answer.', { cause });
    });
    items.push(...slice.map((letter, index) => read[index] ?? goneItem(letter)));
    await renewLease(client, lease);
  }
  return items;
}

function goneItem({ eventId, eventType, ...place }: ParkedLetter): LogItem {
  const { position, stream, revision, tenantId } = place;
  const error = new Error('The event store does not hold it any more, or nobody knows its type.');
  return { id: eventId, type: eventType, position, stream, revision, tenantId, error };
}

/** What waits apart from these letters. */
function othersWaiting({ leftOut }: RunningProjection, letters: readonly ParkedLetter[]) {
  return leftOut.waiting.without(new Set(letters.flatMap(({ keys }) => keys)), letters.length);
}

/** Brings dead letters, checkpoint and memory in line with what was done. */
async function conclusion(
  { client, lease, of }: RetryParts,
  tried: readonly ParkedLetter[],
  halving: Halving,
): Promise<RetryResult> {
  const { done, letters, waiting, failure } = halving;
  const since = new Map(tried.map(({ position, parkedAt }) => [position, parkedAt]));
  const again = letters.map((letter) => withParkedAt(letter, since));
  await removeLetters(
    client,
    of,
    done.map(({ position }) => position),
  );
  if (again.length > 0) await insertLetters(client, of, again);
  const advanced = advanceTo(of, halving.fingerprints(), of.progress.position, null);
  await advance(client, lease, [advanced]);
  const progress = advanced.to;
  const leftOut = await loadLeftOut(client, { ...of, ...progress }, waiting.limits);
  const poison = letters.find(({ reason }) => reason !== null);
  return {
    of: { ...of, progress, leftOut },
    applied: done.length - letters.length,
    left: tried.length - done.length + letters.length,
    obstacle: poison === undefined ? failure : sayWhy(poison.item, poison.reason),
  };
}

function withParkedAt(letter: NewDeadLetter, since: ReadonlyMap<bigint, string>): NewDeadLetter {
  const parkedAt = since.get(letter.item.position);
  return parkedAt === undefined ? letter : { ...letter, parkedAt };
}
