import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '#libs/testing';
import { minutesToDaytime } from '../../apps/cli/launch/day-clock.js';
import { LaunchedStack, removeFolder, temporaryFolder } from './launcher.harness.js';
import {
  answerTo,
  asFarAsPrinted,
  type PrintedStep,
  printedSteps,
  shapeOf,
} from './printed-commands.harness.js';

const { steps, commands } = await printedSteps('how-to/call-leads.md');
const austin = { state: 'TX', zip: '78701', areaCode: '512', country: 'US' };

describe('the guide to calling leads', () => {
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
    expect(steps).toHaveLength(commands);
    expect(steps.length).toBeGreaterThan(10);
  });

  it('works as it is printed, from the script to the opt-out', async () => {
    for (const step of steps) {
      const answer = await printedAnswer(step);
      for (const { variable, field } of step.keeps) env[variable] = String(answer[field]);
    }
  }, 120_000);

  /** Lists are asked again until a call has gone its way, as a reader would. */
  async function printedAnswer(step: PrintedStep): Promise<Record<string, unknown>> {
    let answer: unknown;
    let shape = '';
    const expected = JSON.stringify(shapeOf(step.answer), null, 1);
    const asPrinted = until(`${step.command} to answer as printed`, async () => {
      answer = await answerTo(step, env);
      shape = JSON.stringify(shapeOf(asFarAsPrinted(answer, step.answer)), null, 1);
      return shape === expected || !step.command.includes('?limit=');
    });
    await asPrinted.catch(() => undefined);
    expect(shape).toBe(expected);
    return answer as Record<string, unknown>;
  }
});
