import { type PartName } from './part.js';

/** One step of stopping: a part is asked to end, and made to when it takes longer. */
export interface StopStep {
  readonly part: PartName;
  readonly withinMs: number;
}

/** What the pieces of stopping that are not waiting may take together, within the ten seconds. */
export const stopReserveMs = 1_000;

/**
 * Users of a thing end before the thing: the api, which takes in leads, first; then the worker,
 * which finishes its batch; then what both write to. A part that is made to end loses nothing that
 * was acknowledged.
 */
export const stopPlan: readonly StopStep[] = [
  { part: 'api', withinMs: 2_800 },
  { part: 'worker', withinMs: 2_000 },
  { part: 'telephony', withinMs: 200 },
  { part: 'eventstore', withinMs: 1_500 },
  { part: 'postgres', withinMs: 2_500 },
];
