import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Database } from '../database.js';

const pollMsMin = 4;
const pollMsMax = 50;

/**
 * Waits until the read models of these names show everything up to `position`: `true` then, `false`
 * after `timeoutMs`. For `?waitFor=` and for tests; nothing else needs to wait.
 */
export async function caughtUpTo(
  database: Database,
  names: readonly string[],
  position: bigint,
  { timeoutMs }: { readonly timeoutMs: number },
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  let pollMs = pollMsMin;
  while (!(await allReached(database, names, position))) {
    if (performance.now() + pollMs > deadline) return false;
    await pause(pollMs);
    pollMs = Math.min(pollMs * 2, pollMsMax);
  }
  return true;
}

async function allReached(
  { kysely }: Database,
  names: readonly string[],
  position: bigint,
): Promise<boolean> {
  const { reached } = await kysely
    .selectFrom('projectionBuild')
    .select(sql<number>`count(*)::integer`.as('reached'))
    .where('serving', '=', true)
    .where('name', 'in', [...names])
    .where('position', '>=', position)
    .executeTakeFirstOrThrow();
  return reached === new Set(names).size;
}
