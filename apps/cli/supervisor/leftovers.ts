import { setTimeout as pause } from 'node:timers/promises';
import { livesStill } from './process-mark.js';
import { type RunFile } from './run-file.js';

/** A child whose supervisor was killed stops by itself within about nine seconds. */
const patienceMs = 9_500;

/**
 * Waits until the processes of a killed supervisor are gone, and ends those that do not go: they
 * hold ports and files that the next start needs. A Postgres server is left to
 * libs/embedded-postgres, which knows how to end one.
 */
export async function clearLeftoverProcesses(run: RunFile): Promise<void> {
  const children = Object.keys(run.pids).filter((name) => !holdsPostgres(name, run));
  const deadline = Date.now() + patienceMs;
  let living = await stillLiving(run, children);
  while (living.length > 0 && Date.now() < deadline) {
    await pause(50);
    living = await stillLiving(run, living);
  }
  for (const name of living) tryKill(run.pids[name]);
}

function holdsPostgres(name: string, run: RunFile): boolean {
  return name === 'supervisor' || (name === 'postgres' && 'postgres-keeper' in run.pids);
}

async function stillLiving(run: RunFile, names: readonly string[]): Promise<string[]> {
  const lives = await Promise.all(
    names.map(async (name) => {
      const [pid, mark] = [run.pids[name], run.marks[name]];
      return pid !== undefined && mark !== undefined && (await livesStill(pid, mark));
    }),
  );
  return names.filter((_, index) => lives[index]);
}

function tryKill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already, which is what was wanted.
  }
}
