import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GuideStack } from './guide-stack.harness.js';
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

function showsCalls({ command }: PrintedStep): boolean {
  return command.includes('/v1/calls?');
}

describe('the guide to receiving reports', () => {
  let stack: GuideStack;

  beforeAll(async () => {
    stack = await GuideStack.start();
  }, 240_000);
  afterAll(() => stack.stop());

  it('has an answer for each of its commands', () => {
    expect(untilCalled.length).toBeGreaterThan(4);
    expect(steps).toHaveLength(commands);
    expect(steps.length).toBeGreaterThan(10);
  });

  it('works as it is printed, from the token to the ledger of a transfer', async () => {
    for (const step of [...untilCalled, ...steps]) {
      const { answer, shape, expected } = await printedAnswer(step, stack.env);
      expect(shape).toBe(expected);
      Object.assign(stack.env, keptOf(step, answer));
    }
  }, 240_000);
});
