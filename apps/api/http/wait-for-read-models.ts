import { DomainError } from '#libs/kernel';
import { caughtUpTo, type Database } from '#libs/read-db';

/** As long as it may take within the time the api promises to answer in. */
const WAIT_MS = 3_000;

/** What a request asks for that must see a change: its position in the log. */
export interface Waiting {
  readonly waitFor?: string | undefined;
}

/** Waits as `?waitFor=` asks, not at all without it. Rejects with `read_model_behind`. */
export async function waitIfAsked(
  database: Database,
  names: readonly string[],
  { waitFor }: Waiting,
): Promise<void> {
  if (waitFor !== undefined) await waitForReadModels(database, names, BigInt(waitFor));
}

/** Waits until read models show a position of the log. Rejects with `read_model_behind`. */
export async function waitForReadModels(
  database: Database,
  names: readonly string[],
  position: bigint,
): Promise<void> {
  if (await caughtUpTo(database, names, position, { timeoutMs: WAIT_MS })) return;
  throw new DomainError(
    'unavailable',
    'read_model_behind',
    'What is asked for is not shown up to this position yet. Ask again in a moment.',
  );
}
