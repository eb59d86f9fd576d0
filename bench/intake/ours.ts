import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command, launchStack } from '../../apps/cli/launch/launch-stack.js';
import {
  type Contestant,
  keyCount,
  requestsPerMinuteOfKey,
  type StartOptions,
} from './contestant.js';
import type { Watched } from './process-cpu.js';

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

/** The whole stack with a tenant of its own. */
export async function startStack({
  profile,
  tenantMode,
  settings = {},
}: {
  readonly profile: string | null;
  readonly tenantMode: 'live' | 'sandbox';
  /** Of its environment, beside those every benchmark has. */
  readonly settings?: Readonly<Record<string, string>>;
}): Promise<BenchStack> {
  const stack = await launchStack({
    ...{ name: 'bench-ours', profile },
    env: { DEMO_TENANT: 'off', ...settings },
  });
  const { apiUrl, dataDir, env } = stack;
  await command(env, ['tenants', 'create', tenant, '--mode', tenantMode]);
  const apiKeys: string[] = [];
  while (apiKeys.length < keyCount) apiKeys.push(await createKey(env));
  const stop = () => stack.stop();
  return { dataDir, env, apiKeys, port: Number(new URL(apiUrl).port), stop };
}

/** Our side of the comparison. */
export async function startOurs({ submissions, profile }: StartOptions): Promise<Contestant> {
  const { dataDir, port, apiKeys, stop } = await startStack({ profile, tenantMode: 'live' });
  return {
    target: { name: 'ours', port, apiKeys, submissions },
    processes: await partsOf(dataDir),
    profiled: profile !== null,
    stop,
  };
}

async function createKey(env: Record<string, string>): Promise<string> {
  const limit = String(requestsPerMinuteOfKey);
  const scopes = ['--scope', 'read', '--scope', 'write'];
  const args = ['keys', 'create', '--tenant', tenant, ...scopes, '--rate-limit', limit];
  return (await command<{ apiKey: string }>(env, args)).apiKey;
}

/** Every process but the supervisor and the keeper of Postgres, whose children others are. */
export async function partsOf(dataDir: string): Promise<Watched[]> {
  const { pids } = JSON.parse(await readFile(join(dataDir, 'run.json'), 'utf8')) as {
    pids: Record<string, number>;
  };
  return Object.entries(pids)
    .filter(([name]) => name !== 'supervisor' && name !== 'postgres-keeper')
    .map(([name, pid]) => ({ name, pid }));
}
