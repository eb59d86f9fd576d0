import { readdir, readFile } from 'node:fs/promises';

/** A process of a contestant, with its children counted in. */
export interface Watched {
  readonly name: string;
  readonly pid: number;
}

/** Linux counts in hundredths of a second on every machine Node runs on. */
const ticksPerSecond = 100;

/** Seconds of CPU each watched process and its children, ended ones too, have used so far. */
export async function cpuSeconds(watched: readonly Watched[]): Promise<Map<string, number>> {
  const all = await allProcesses();
  const used = new Map<string, number>();
  for (const { name, pid } of watched) {
    used.set(name, (used.get(name) ?? 0) + treeTicks(pid, all) / ticksPerSecond);
  }
  return used;
}

interface ProcessTimes {
  readonly parent: number;
  readonly own: number;
  /** Of children that ended and were waited for. */
  readonly ended: number;
}

async function allProcesses(): Promise<Map<number, ProcessTimes>> {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const stats = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')),
  );
  return new Map(
    pids.flatMap((pid, n) => {
      const stat = stats[n] ?? '';
      return stat === '' ? [] : [[pid, parseStat(stat)] as const];
    }),
  );
}

/** The name in a stat line may hold blanks and brackets: everything of use comes after it. */
function parseStat(stat: string): ProcessTimes {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [, parent = 0] = fields;
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15);
  return { parent, own: user + system, ended: endedUser + endedSystem };
}

function treeTicks(pid: number, all: ReadonlyMap<number, ProcessTimes>): number {
  const times = all.get(pid);
  if (times === undefined) return 0;
  const children = [...all].filter(([, { parent }]) => parent === pid).map(([child]) => child);
  return children.reduce((sum, child) => sum + treeTicks(child, all), times.own + times.ended);
}
