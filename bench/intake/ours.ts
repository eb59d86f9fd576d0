import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Contestant,
  end,
  firstObject,
  keyCount,
  launch,
  requestsPerMinuteOfKey,
  type StartOptions,
} from './contestant.js';
import type { Watched } from './process-cpu.js';

const program = fileURLToPath(new URL('../../apps/cli/main.js', import.meta.url));

/** Whose leads are sent. */
export const tenant = 'bench';

/** A stack that runs for a benchmark alone, with a tenant and keys of it. */
export interface BenchStack {
  readonly dataDir: string;
  /** What the command line needs to find it. */
  readonly env: Record<string, string>;
  readonly port: number;
  readonly apiKeys: readonly string[];
  readonly stop: () => Promise<void>;
}

/** The whole stack, as `npm start` runs it, on a data folder of its own. */
export async function startStack({
  profile,
  tenantMode,
}: {
  readonly profile: string | null;
  readonly tenantMode: 'live' | 'sandbox';
}): Promise<BenchStack> {
  const dataDir = await mkdtemp(join(tmpdir(), 'leadledger-bench-ours-'));
  // Open to the account Postgres runs under, or its files would be kept elsewhere and stay.
  await chmod(dataDir, 0o755);
  const env = { DATA_DIR: dataDir, PORT: '0', DEMO_TENANT: 'off', LOG_LEVEL: 'warn' };
  const stack = launch(program, ['start', '--json'], env, profile);
  const { apiUrl } = await firstObject<{ apiUrl: string }>(stack);
  await command(env, ['tenants', 'create', tenant, '--mode', tenantMode]);
  const apiKeys: string[] = [];
  while (apiKeys.length < keyCount) apiKeys.push(await createKey(env));
  return {
    ...{ dataDir, env, apiKeys, port: Number(new URL(apiUrl).port) },
    stop: async () => {
      await end(stack);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Our side of the comparison. */
export async function startOurs({ submissions, profile }: StartOptions): Promise<Contestant> {
  const { dataDir, port, apiKeys, stop } = await startStack({ profile, tenantMode: 'live' });
  return {
    target: { name: 'ours', port, apiKeys, submissions },
    processes: await partsOf(dataDir),
    stop,
  };
}

async function createKey(env: Record<string, string>): Promise<string> {
  const limit = String(requestsPerMinuteOfKey);
  const args = ['keys', 'create', '--tenant', tenant, '--scope', 'write', '--rate-limit', limit];
  return (await command<{ apiKey: string }>(env, args)).apiKey;
}

/** Runs a command of ours on the stack of `env`; what it says at its end. */
export function command<Content extends object>(
  env: Record<string, string>,
  args: string[],
): Promise<Content> {
  return firstObject<Content>(launch(program, [...args, '--json'], env));
}

/** Every process but the supervisor and the keeper of Postgres, whose children others are. */
async function partsOf(dataDir: string): Promise<Watched[]> {
  const { pids } = JSON.parse(await readFile(join(dataDir, 'run.json'), 'utf8')) as {
    pids: Record<string, number>;
  };
  return Object.entries(pids)
    .filter(([name]) => name !== 'supervisor' && name !== 'postgres-keeper')
    .map(([name, pid]) => ({ name, pid }));
}
