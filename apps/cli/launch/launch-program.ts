import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { memoryLayout } from '../supervisor/memory-layout.js';
import { launched } from './launched.js';

const stopMsMax = 20_000;

/**
 * A program of dist/ run by this Node, with only this of the environment, and its memory laid out
 * as ours is. It ends with this process, should that be interrupted.
 */
export function launch(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  profile: string | null = null,
) {
  const { PATH = '', HOME = '' } = process.env;
  const profiling =
    profile === null ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` };
  const child = spawn(process.execPath, [...memoryLayout, program, ...args], {
    env: { PATH, HOME, NODE_ENV: 'production', ...profiling, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  launched.add(() => end(child));
  return child;
}

/** Asks the process to end, and makes it. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const insist = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  child.kill('SIGTERM');
  await once(child, 'exit');
  clearTimeout(insist);
}

/**
 * The first line a process writes that is a JSON object. Fails when it ends without one, or when
 * the object tells of an error.
 */
export async function firstObject<Content extends object>(
  child: ReturnType<typeof launch>,
): Promise<Content> {
  let text = '';
  for await (const chunk of child.stdout) {
    text += String(chunk);
    const line = completeLines(text).find((each) => each.startsWith('{'));
    if (line === undefined) continue;
    child.stdout.resume();
    const content = JSON.parse(line) as Content | { readonly error: { readonly message: string } };
    if ('error' in content) throw new Error(content.error.message);
    return content;
  }
  throw new Error(`A process ended instead of telling where it is. ${text}`);
}

function completeLines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}
