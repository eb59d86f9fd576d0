import { command, launchStack } from '../../apps/cli/launch/launch-stack.js';
import { ApiClient } from '../../apps/cli/launch/api-client.js';

/** A stack to show something on. */
export interface DemoStack {
  readonly api: ApiClient;
  /** Where it is, for whoever comes without a key. */
  readonly url: string;
  stop(): Promise<void>;
}

const tenant = 'demo';
const requestsPerMinute = 100_000;

/** Starts a stack that lasts as long as the demonstration, in a data folder of its own. */
export async function startOwnStack(env: Readonly<Record<string, string>>): Promise<DemoStack> {
  const stack = await launchStack({ name: 'demo', env });
  try {
    const limit = ['--rate-limit', String(requestsPerMinute)];
    const scopes = ['--scope', 'read', '--scope', 'write'];
    const { apiKey } = await command<{ apiKey: string }>(stack.env, [
      ...['keys', 'create', '--tenant', tenant, ...scopes, ...limit],
    ]);
    const api = new ApiClient(stack.apiUrl, apiKey);
    return { api, url: stack.apiUrl, stop: () => stack.stop() };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/**
 * Uses a stack that runs already. Refused unless the key is one of a sandbox tenant, where nobody
 * real is ever called.
 */
export async function useStack(url: string, key: string): Promise<DemoStack> {
  const api = new ApiClient(url, key);
  const { tenant } = await api.get<{ tenant: { mode: string } }>('/v1/me');
  if (tenant.mode !== 'sandbox') {
    throw new Error('This key is not of a sandbox tenant, so real people would be called.');
  }
  return { api, url, stop: () => Promise.resolve() };
}

/** Works on a stack that is starting, and stops it whatever happens. */
export async function onStack<Result>(
  starting: Promise<DemoStack>,
  work: (api: ApiClient, url: string) => Promise<Result>,
): Promise<Result> {
  const stack = await starting;
  try {
    return await work(stack.api, stack.url);
  } finally {
    await stack.stop();
  }
}
