import { type fixedClock } from '#libs/kernel';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { startMatching } from './matching.fixtures.js';
import {
  type MatchingStack,
  type ReadSide,
  startMatchingStack,
} from './matching-stack.fixtures.js';

/** What all specs of a file share. */
export interface MatchingOfFile {
  /** From the first spec on. */
  readonly stack: MatchingStack;
  /** Has reports matched from then on, until the spec is over. */
  startWorker(): void;
}

/** Starts a stack before the first spec of a file, and ends it after the last. */
export function matchingOfFile(
  clock: ReturnType<typeof fixedClock>,
  readSide: ReadSide,
): MatchingOfFile {
  let stack: MatchingStack;
  let worker: ReturnType<typeof startMatching> | null = null;
  beforeAll(async () => {
    stack = await startMatchingStack(clock, readSide);
  });
  afterEach(async () => {
    await worker?.stop();
    worker = null;
  });
  afterAll(() => stack.close());
  return {
    get stack() {
      return stack;
    },
    startWorker: () => {
      worker = startMatching(stack.on);
    },
  };
}
