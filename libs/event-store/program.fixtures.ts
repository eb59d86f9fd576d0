import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** How a program ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly said: string;
  readonly complained: string;
}

/**
 * Runs `source`, the text of a module, in a process of its own that imports what was built: to see
 * what ends a process. `url` reaches it as `process.env.STORE_URL`.
 */
export async function runProgram(url: string, source: string): Promise<Ended> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', source], {
    env: { ...process.env, STORE_URL: url, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, complained, [exitCode]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ]);
  return { exitCode, said, complained };
}
