import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

/** Who waits for whom where processors are short, from 0, like any process, to 19, last of all. */
export const niceness = {
  /**
   * What Postgres does for read models: whoever sends a lead waits for the answer, and read models
   * may be a little behind. The worker itself runs like the api: it dials, and somebody waits for
   * that, too.
   */
  readModels: 5,
  /** Rebuilds: nobody waits for one of them the way a caller waits for an answer. */
  rebuilds: 10,
  /** Audits, which only check. */
  audits: 19,
} as const;

/**
 * Lets other processes go before this one, its threads and the processes it begins later; or before
 * another one of the same user. Where that is forbidden, all are alike. A process that lets them go
 * first already, and by more, is left as it is: root could raise it.
 *
 * Linux may share processors among sessions first (autogroups, sched(7)), and then a process’s own
 * niceness says nothing outside of its session. So the session of a process that leads one is
 * lowered as well.
 */
export function letOthersGoFirst(by: number, pid = process.pid): void {
  try {
    lower(pid, by);
    if (leadsSession(pid)) lowerSession(pid, by);
  } catch {
    // It is slower for the others then, and right nevertheless.
  }
}

/** Lets everything else go before the thread that calls this. Linux alone tells threads apart. */
export function lowerThread(by: number): void {
  if (process.platform !== 'linux') return;
  try {
    lower(Number(basename(readlinkSync('/proc/thread-self'))), by);
  } catch {
    // As above.
  }
}

function lower(pid: number, by: number): void {
  if (getPriority(pid) < by) setPriority(pid, by);
}

function lowerSession(pid: number, by: number): void {
  const path = `/proc/${pid}/autogroup`;
  const [, now = '0'] = / nice (-?\d+)/.exec(readFileSync(path, 'utf8')) ?? [];
  if (Number(now) < by) writeFileSync(path, String(by));
}

function leadsSession(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  // The name of the process, in brackets, may hold anything.
  const [, fields = ''] = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  return Number(fields.split(' ')[3]) === pid;
}
