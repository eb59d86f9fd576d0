import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '#libs/embedded-postgres';
import { type Ending, launched } from './launched.js';

/** What a Postgres server of one's own is started with. */
export interface PostgresWish {
  /** How the name of its data folder begins. */
  readonly name: string;
  /** `false` does without fsync, and is quicker. */
  readonly durable: boolean;
}

/** A server that runs as long as it is needed, and leaves nothing behind. */
export interface LaunchedPostgres {
  /** Connects as the owner; contains the password. */
  readonly url: string;
  readonly pid: number;
  /** Has something end before the server does, which would end in errors otherwise. */
  readonly usedBy: (ending: Ending) => void;
  readonly stop: () => Promise<void>;
}

/** Postgres on a free port, with a data folder of its own. */
export async function launchPostgres({ name, durable }: PostgresWish): Promise<LaunchedPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), `leadledger-${name}-`));
  // Open to the account Postgres runs under, or its files would be kept elsewhere and stay.
  await chmod(dataDir, 0o755);
  const starting = startEmbeddedPostgres({ dataDir, port: 0, durable, log: () => undefined });
  const users: Ending[] = [];
  // Before it runs: this process may be interrupted while it starts.
  const stop = launched.add(async () => {
    await Promise.allSettled(users.map((ending) => ending()));
    await (await starting.catch(() => null))?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  try {
    const { url, pid } = await starting;
    return { url, pid, stop, usedBy: (ending) => void users.push(ending) };
  } catch (error) {
    await stop();
    throw error;
  }
}
