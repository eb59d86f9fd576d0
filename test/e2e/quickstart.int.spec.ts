import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type RunningApi,
  type Servers,
  startApi,
  startServers,
  startWorker,
} from './api.harness.js';
import { answerTo, printedSteps, shapeOf } from './printed-commands.harness.js';
import { until } from '#libs/testing';

const { steps, commands } = await printedSteps('quickstart.md');

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
    expect(steps).toHaveLength(commands);
    expect(steps.length).toBeGreaterThan(4);
  });

  it('works as it is printed, from the first command to the last', async () => {
    for (const step of steps) {
      const { command, answer } = step;
      const expected = JSON.stringify(shapeOf(answer), null, 1);
      // A list follows within milliseconds, not at once: the reader's hands are slower than it.
      await until(`${command} to answer as printed`, async () => {
        const shape = JSON.stringify(shapeOf(await answerTo(step, env)), null, 1);
        if (shape === expected) return true;
        if (!command.includes('?limit=')) expect(shape).toBe(expected);
        return false;
      });
    }
  });
});
