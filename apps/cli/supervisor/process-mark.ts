import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * A text that tells this run of a process from any later process with the same number; `null` when
 * no such process lives. Process numbers are reused, after a restart of the machine or of a
 * container almost surely, so a number alone proves nothing.
 */
export async function processMark(pid: number): Promise<string | null> {
  return process.platform === 'linux' ? markFromProc(pid) : markFromPs(pid);
}

/** Whether the process that was given `mark` still lives. */
export async function livesStill(pid: number, mark: string): Promise<boolean> {
  return (await processMark(pid)) === mark;
}

async function markFromProc(pid: number): Promise<string | null> {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
  ]);
  if (stat === null) return null;
  // The name before the last parenthesis may hold anything; state is the first field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startedAtTicks] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' ? null : `${boot.trim()}:${startedAtTicks ?? ''}`;
}

async function markFromPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() === '' ? null : stdout.trim();
  } catch {
    return null;
  }
}
