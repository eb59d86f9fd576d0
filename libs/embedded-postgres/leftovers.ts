import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '#libs/kernel';

const patienceMs = 5_000;

/**
 * Makes a cluster startable whatever its last run came to.
 *
 * A postmaster killed with -9 leaves postmaster.pid, whose number may belong to a stranger by now,
 * and backends that need a moment to notice. A launcher killed with -9 leaves a whole running
 * server. Both are ended here. A server whose launcher still lives is left alone:
 * `data_folder_in_use`.
 */
export async function clearLeftovers(cluster: string, launcherFile: string): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const postmaster = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  const processes = await processesIn(cluster);
  if (processes.includes(postmaster)) await refuseIfLaunched(postmaster, launcherFile);
  await end(cluster, processes);
  if (processesAreVisible) await rm(pidFile, { force: true });
}

/** Only there can every process of a cluster be found, and so its lock be known to be stale. */
const processesAreVisible = process.platform === 'linux';

/** Processes of Postgres that work in this cluster: each of them has it as its working folder. */
async function processesIn(cluster: string): Promise<number[]> {
  if (!processesAreVisible) return [];
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(
    pids.map(async (pid) => (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === cluster),
  );
  return pids.filter((_, index) => found[index]).map(Number);
}

async function refuseIfLaunched(postmaster: number, launcherFile: string): Promise<void> {
  const launcher = Number.parseInt(await readFile(launcherFile, 'utf8').catch(() => ''), 10);
  if ((await parentOf(postmaster)) !== launcher) return;
  throw new DomainError(
    'conflict',
    'data_folder_in_use',
    `The database is already in use by process ${launcher}. Stop that one first, or set another ` +
      'DATA_DIR.',
  );
}

async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(parent);
}

/** First asks for a fast shutdown, which loses nothing; then insists. */
async function end(cluster: string, first: readonly number[]): Promise<void> {
  let processes = first;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    for (const pid of processes) tryKill(pid, signal);
    const deadline = Date.now() + patienceMs;
    while (processes.length > 0 && Date.now() < deadline) {
      await pause(20);
      processes = await processesIn(cluster);
    }
    if (processes.length === 0) return;
  }
  throw new DomainError(
    'unavailable',
    'embedded_postgres_failed',
    `Processes ${processes.join(', ')} still hold the database and cannot be ended.`,
  );
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, which is what was wanted.
  }
}
