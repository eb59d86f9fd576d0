import { DomainError } from '#libs/kernel';
import { until } from './until.js';

/**
 * What is asked for, asked again where a server did not answer in time, as callers are told to: on
 * a busy machine that takes seconds. For what a test needs and is not about; `ask` has to be one
 * that may come twice, such as a command under one id.
 */
export function onceAvailable<Answer extends object | string>(
  ask: () => Promise<Answer>,
): Promise<Answer> {
  return until('everything that is needed to be available', () =>
    ask().catch((error: unknown) => {
      if (error instanceof DomainError && error.kind === 'unavailable') return null;
      throw error;
    }),
  );
}
