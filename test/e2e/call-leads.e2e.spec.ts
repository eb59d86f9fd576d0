import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GuideStack } from './guide-stack.harness.js';
import { keptOf, printedAnswer, printedSteps } from './printed-commands.harness.js';

const { steps, commands } = await printedSteps('how-to/call-leads.md');

describe('the guide to calling leads', () => {
  let stack: GuideStack;

  beforeAll(async () => {
    stack = await GuideStack.start();
  }, 240_000);
  afterAll(() => stack.stop());

  it('has an answer for each of its commands', () => {
    expect(steps).toHaveLength(commands);
    expect(steps.length).toBeGreaterThan(10);
  });

  it('works as it is printed, from the script to the opt-out', async () => {
    for (const step of steps) {
      const { answer, shape, expected } = await printedAnswer(step, stack.env);
      expect(shape).toBe(expected);
      Object.assign(stack.env, keptOf(step, answer));
    }
  }, 240_000);
});
