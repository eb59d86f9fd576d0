import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import {
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  startWorker,
} from './api.harness.js';
import { until } from '#libs/testing';

const run = promisify(execFile);
const quickstart = await readFile(new URL('../../docs/quickstart.md', import.meta.url), 'utf8');
const steps = [...quickstart.matchAll(/```sh\n([\s\S]*?)```\n+```json\n([\s\S]*?)```/g)].map(
  ([, command = '', answer = '']) => ({ command, answer: JSON.parse(answer) as unknown }),
);

/** Texts, numbers and times become what kind of thing they are; words with a meaning stay. */
function shapeOf(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => shapeOf(item, name)).slice(0, 1);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, shapeOf(member, key)]),
    );
  }
  const fixed = ['outcome', 'status', 'code', 'ineligible_reasons', 'scopes', 'state', 'mode'];
  return fixed.includes(name) ? value : value === null ? null : typeof value;
}

describe('the quickstart', () => {
  let servers: Servers;
  let api: RunningApi;
  let worker: ReturnType<typeof startWorker>;
  let env: Record<string, string>;

  beforeAll(async () => {
    servers = await startServers();
    api = await startApi(servers);
    worker = startWorker(servers);
    const key = await api.createKey('demo', { name: 'first steps' });
    env = { PATH: process.env.PATH ?? '', LEADLEDGER_URL: api.url, LEADLEDGER_KEY: key };
    await until('read models', async () => (await api.request('/ready')).status === 200);
  });
  afterAll(async () => {
    await api.close();
    await worker.stop();
    await servers.close();
  });

  it('has an answer for each of its commands', () => {
    expect(steps).toHaveLength(quickstart.match(/```sh/g)?.length ?? 0);
    expect(steps.length).toBeGreaterThan(4);
  });

  it('works as it is printed, from the first command to the last', async () => {
    for (const { command, answer } of steps) {
      const expected = JSON.stringify(shapeOf(answer), null, 1);
      // A list follows within milliseconds, not at once: the reader's hands are slower than it.
      await until(`${command} to answer as printed`, async () => {
        const { stdout } = await run('bash', ['-c', command], { env });
        const shape = JSON.stringify(shapeOf(JSON.parse(stdout)), null, 1);
        if (shape === expected) return true;
        if (!command.includes('?limit=')) expect(shape).toBe(expected);
        return false;
      });
    }
  });
});
