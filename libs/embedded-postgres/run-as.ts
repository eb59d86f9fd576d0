import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DomainError } from '#libs/kernel';

/** An account of the operating system that Postgres' processes belong to. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Postgres refuses to run as root. Started by root it runs as whoever owns the cluster already,
 * else as `postgres`, else as `nobody`; no account is ever created. Started by anyone else it runs
 * as the same user: `null`.
 */
export async function chooseRunAs(clusterFolder: string): Promise<RunAs | null> {
  if (process.getuid?.() !== 0) return null;
  const owner = await stat(clusterFolder).catch(() => null);
  if (owner !== null && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const chosen = findAccount(accounts, 'postgres') ?? findAccount(accounts, 'nobody');
  if (chosen !== null) return chosen;
  throw new DomainError(
    'unavailable',
    'embedded_postgres_failed',
    'Postgres cannot run as root, and this machine has neither a user "postgres" nor "nobody". ' +
      'Start Leadledger as an ordinary user, or set DATABASE_URL.',
  );
}

/** The account called `name` in the text of /etc/passwd; `null` if there is none. */
export function findAccount(passwd: string, name: string): RunAs | null {
  const line = passwd.split('\n').find((each) => each.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

/** Whether `account` may pass through `folder` and every folder above it. */
export async function canReach(folder: string, account: RunAs | null): Promise<boolean> {
  if (account === null) return true;
  const { mode, uid, gid } = await stat(folder);
  const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const parent = dirname(resolve(folder));
  return parent === resolve(folder) || canReach(parent, account);
}
