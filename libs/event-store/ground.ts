import { DomainError } from '#libs/kernel';
import { type Standing } from './standing.js';

/** What a command is decided on. */
export type Ground<State> =
  /**
   * What is remembered, or guessed, of the stream: it counts once the store took an append on it.
   */
  | { readonly kind: 'assumed'; readonly standing: Standing<State> }
  /** That, and what came since. */
  | { readonly kind: 'caught_up'; readonly standing: Standing<State> }
  /** All of the stream, still to be read. */
  | { readonly kind: 'history' };

/**
 * Why an attempt to run a command did not count: others were faster, or that nothing is appended
 * rests on an assumption only.
 */
export type Setback = 'conflict' | 'unproven';

/** Whether a decider said no, as opposed to a store that did not answer. */
export function isRefusal(error: unknown): boolean {
  return error instanceof DomainError && error.kind !== 'unavailable';
}
