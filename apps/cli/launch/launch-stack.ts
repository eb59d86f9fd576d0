import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { end, firstObject, launch } from './launch-program.js';
import { launched } from './launched.js';

const program = fileURLToPath(new URL('../main.js', import.meta.url));

/** What a stack of one's own is started with. */
export interface StackWish {
  /** How the name of its data folder begins. */
  readonly name: string;
  /** Settings, which are all it knows of the environment besides PATH and HOME. */
  readonly env: Readonly<Record<string, string>>;
  /** Where CPU profiles of its processes go; `null` takes none. */
  readonly profile?: string | null;
}

/** A stack that runs as long as it is needed, and leaves nothing behind. */
export interface LaunchedStack {
  readonly dataDir: string;
  /** What the command line needs to find it. */
  readonly env: Record<string, string>;
  readonly apiUrl: string;
  stop(): Promise<void>;
}

/** The whole stack, as `npm start` runs it, on a free port and a data folder of its own. */
export async function launchStack({
  name,
  env,
  profile = null,
}: StackWish): Promise<LaunchedStack> {
  const dataDir = await mkdtemp(join(tmpdir(), `leadledger-${name}-`));
  // Open to the account Postgres runs under, or its files would be kept elsewhere and stay.
  await chmod(dataDir, 0o755);
  const own = { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'warn', ...env };
  const stack = launch(program, ['start', '--json'], own, profile);
  const stop = launched.add(async () => {
    await end(stack);
    await rm(dataDir, { recursive: true, force: true });
  });
  try {
    const { apiUrl } = await firstObject<{ apiUrl: string }>(stack);
    return { dataDir, env: own, apiUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs a command of ours on the stack of `env`; what it says at its end. */
export function command<Content extends object>(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Content> {
  return firstObject<Content>(launch(program, [...args, '--json'], env));
}
