import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Takes LMDB's lock for writing and gives it back when the input ends. */
const HOLDER = `
  import { open } from 'lmdb';
  const root = open({ path: process.argv[1], maxReaders: 64, overlappingSync: false });
  await root.transactionSync(() => {
    process.stdout.write('held');
    return new Promise((resolve) => process.stdin.once('end', resolve).resume());
  });
`;

/**
 * Makes every commit on a store's files wait, as a disk does that no longer answers, in the thread
 * that writes: another process holds LMDB's lock. → lets it go.
 */
export async function holdWriteLock(dataDir: string): Promise<() => Promise<void>> {
  const args = ['--input-type=module', '--eval', HOLDER, `${dataDir}/events.mdb`];
  const holder = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit');
  await once(holder.stdout, 'data');
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
