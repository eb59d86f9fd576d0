import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { type ClientBase, type Pool } from 'pg';

/** The right to apply a set of projections, until someone else's epoch is higher. */
export interface Lease {
  readonly name: string;
  readonly epoch: bigint;
}

/** Names this run of this process for operators: `<host>:<pid>:<eight random digits>`. */
export function leaseOwner(): string {
  return `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
}

/** Another process applies the projections now; nothing of this transaction may stay. */
export class Fenced extends Error {
  override readonly name = 'Fenced';

  constructor() {
    super('Another process applies the projections now.');
  }
}

/** After this long without a sign of life an owner may be replaced. */
export const leaseTtlMs = 8_000;
/** How often an idle owner gives one. */
export const renewEveryMs = 2_500;
const standbyPollMs = 500;

/**
 * Waits until this process may apply the projections, then makes every earlier owner's epoch void.
 *
 * A dead owner is replaced at once: its session's advisory lock went with it. A living one that
 * gives no sign (paused, or cut off) is replaced when its lease runs out. Locks and clocks decide
 * only who tries; correctness rests on the epoch alone. `null` if the signal came first.
 */
export async function acquireLease(
  client: ClientBase,
  name: string,
  owner: string,
  signal: AbortSignal,
  onStandby: () => void,
): Promise<Lease | null> {
  let waiting = false;
  while (!signal.aborted) {
    const lease = await tryAcquire(client, name, owner);
    if (lease !== null) return lease;
    if (!waiting) onStandby();
    waiting = true;
    await pause(standbyPollMs, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

async function tryAcquire(client: ClientBase, name: string, owner: string): Promise<Lease | null> {
  const locked = await tryLock(client, name);
  const { rows } = await client.query<{ epoch: bigint }>(
    `insert into projection_lease as held (name, epoch, owner, has_lock, expires_at)
     values ($1, 1, $2, $4, clock_timestamp() + $3 * interval '1 ms')
     on conflict (name) do update
        set epoch = held.epoch + 1, owner = excluded.owner, has_lock = excluded.has_lock,
            expires_at = excluded.expires_at
      where ($4 and held.has_lock) or held.expires_at < clock_timestamp() or held.owner = $2
     returning epoch`,
    [name, owner, leaseTtlMs, locked],
  );
  if (rows[0] !== undefined) return { name, epoch: rows[0].epoch };
  if (locked) await unlock(client, name);
  return null;
}

const lockKey = (name: string) => `leadledger:projections:${name}`;

/** Whether this session has the owners' lock, which ends with the session. */
async function tryLock(client: ClientBase, name: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as locked',
    [lockKey(name)],
  );
  return rows[0]?.locked === true;
}

async function unlock(client: ClientBase, name: string): Promise<void> {
  await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', [lockKey(name)]);
}

/** Lets a standing-by process take over at once. */
export async function releaseLease(client: ClientBase, lease: Lease): Promise<void> {
  await client.query(
    `update projection_lease set owner = null, expires_at = clock_timestamp()
      where name = $1 and epoch = $2`,
    [lease.name, lease.epoch],
  );
}

/** Whether somebody has the lease and has given a sign of life in time. */
export async function leaseIsHeld(client: ClientBase | Pool, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from projection_lease
      where name = $1 and owner is not null and expires_at > clock_timestamp()`,
    [name],
  );
  return rowCount === 1;
}

/** A sign of life. Throws {@link Fenced} if there is a newer owner. */
export async function renewLease(client: ClientBase, { name, epoch }: Lease): Promise<void> {
  // Whoever took over from a paused owner gets the lock only when that one is gone.
  const locked = await tryLock(client, name);
  const { rowCount } = await client.query(
    `update projection_lease
        set expires_at = clock_timestamp() + $3 * interval '1 ms', has_lock = $4
      where name = $1 and epoch = $2`,
    [name, epoch, leaseTtlMs, locked],
  );
  if (rowCount !== 1) throw new Fenced();
}
