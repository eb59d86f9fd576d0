import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inUseSentence, unwritableSentence } from './messages.js';
import { livesStill, processMark } from './process-mark.js';
import { StartRefused } from './start-refused.js';

/** A data folder that belongs to this process alone, until it is released. */
export interface ClaimedFolder {
  readonly path: string;
  readonly logs: string;
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  readonly mark: string;
}

/**
 * Makes the data folder and takes it for this process. One left by a killed process is taken over.
 * Rejects with {@link StartRefused} when it cannot be written or another stack runs on it.
 */
export async function claimDataFolder(path: string): Promise<ClaimedFolder> {
  const logs = join(path, 'logs');
  const lock = join(path, 'start.lock');
  try {
    // Others may pass through, since Postgres may have to run as another user; nobody may look.
    await makeFolder(path, 0o711);
    await makeFolder(logs, 0o700);
    await chmod(logs, 0o700);
    await takeLock(path, lock);
  } catch (error) {
    if (error instanceof StartRefused) throw error;
    throw new StartRefused(unwritableSentence(path), { cause: error });
  }
  return { path, logs, release: () => rm(lock, { force: true }) };
}

/**
 * Makes a folder and those above it. Not mkdir's `recursive`: it tries for ever where a folder is
 * there and refuses every folder in it as not found, as /proc does.
 */
async function makeFolder(path: string, mode: number): Promise<void> {
  if (await isMade(path, mode)) return;
  await makeFolder(dirname(path), mode);
  if (!(await isMade(path, mode))) throw new Error(`${path} cannot be made.`);
}

/** Whether the folder is there now; false if the one above it is not. */
async function isMade(path: string, mode: number): Promise<boolean> {
  try {
    await mkdir(path, { mode });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return true;
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    throw error;
  }
}

async function takeLock(path: string, lock: string): Promise<void> {
  const mark = (await processMark(process.pid)) ?? '';
  const mine = JSON.stringify({ pid: process.pid, mark } satisfies Owner);
  while (!(await createExclusively(lock, mine))) {
    const found = await readIfThere(lock);
    if (found === null) continue;
    const owner = parseOwner(found);
    if (owner !== null && (await livesStill(owner.pid, owner.mark))) {
      throw new StartRefused(inUseSentence(path, owner.pid));
    }
    await removeStale(lock, found);
  }
}

/** False if it is there already. Linked into place, so that nobody ever reads half a lock. */
async function createExclusively(lock: string, content: string): Promise<boolean> {
  const unfinished = `${lock}.${randomUUID()}`;
  await writeFile(unfinished, content, { mode: 0o600 });
  try {
    await link(unfinished, lock);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function parseOwner(text: string): Owner | null {
  try {
    return JSON.parse(text) as Owner;
  } catch {
    return null;
  }
}

/** Moves it aside before looking again, since another start may have replaced it meanwhile. */
async function removeStale(lock: string, stale: string): Promise<void> {
  const aside = `${lock}.${randomUUID()}`;
  await rename(lock, aside).catch(() => undefined);
  const moved = await readFile(aside, 'utf8').catch(() => stale);
  if (moved === stale) await rm(aside, { force: true });
  else await rename(aside, lock);
}
