import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { minutesToDaytime } from '../../apps/cli/launch/day-clock.js';
import { LaunchedStack, removeFolder, temporaryFolder } from './launcher.harness.js';
import {
  keptOf,
  printedAnswer,
  type PrintedStep,
  printedSteps,
} from './printed-commands.harness.js';

const { steps, commands } = await printedSteps('how-to/receive-reports.md');
/** The guide to be followed first, as far as a call that was handed over. */
const { steps: calling } = await printedSteps('how-to/call-leads.md');
const untilCalled = calling.slice(0, calling.findIndex(showsCalls) + 1);
const austin = { state: 'TX', zip: '78701', areaCode: '512', country: 'US' };

function showsCalls({ command }: PrintedStep): boolean {
  return command.includes('/v1/calls?');
}

describe('the guide to receiving reports', () => {
  let dataDir: string;
  let stack: LaunchedStack;
  let env: Record<string, string>;

  beforeAll(async () => {
    dataDir = await temporaryFolder();
    stack = new LaunchedStack(dataDir, {
      CLOCK_OFFSET_MINUTES: String(minutesToDaytime(new Date(), [austin])),
      TELEPHONY_SIMULATOR_SPEED: '50',
      LOG_LEVEL: 'warn',
    });
    const { apiUrl } = await stack.ready();
    const key = (await readFile(join(dataDir, 'demo-api-key'), 'utf8')).trim();
    env = { PATH: process.env.PATH ?? '', LEADLEDGER_URL: apiUrl, LEADLEDGER_KEY: key };
  }, 120_000);
  afterAll(async () => {
    await stack.interrupt();
    await removeFolder(dataDir);
  });

  it('has an answer for each of its commands', () => {
    expect(untilCalled.length).toBeGreaterThan(4);
    expect(steps).toHaveLength(commands);
    expect(steps.length).toBeGreaterThan(10);
  });

  it('works as it is printed, from the token to the ledger of a transfer', async () => {
    for (const step of [...untilCalled, ...steps]) {
      const { answer, shape, expected } = await printedAnswer(step, env);
      expect(shape).toBe(expected);
      Object.assign(env, keptOf(step, answer));
    }
  }, 120_000);
});
