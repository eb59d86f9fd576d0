import { setPriority } from 'node:os';

/** Between a process like any other (0) and the rebuilds and audits that only fill gaps. */
const niceness = 5;

/**
 * Lets intake go first where processors are short: a caller waits for an answer, while read models
 * that are a little behind catch up in larger steps, which cost less for each event (ADR 0007).
 * Threads and processes that are begun later inherit it.
 */
export function letIntakeGoFirst(): void {
  try {
    setPriority(niceness);
  } catch {
    // Where that is forbidden, all are alike.
  }
}
