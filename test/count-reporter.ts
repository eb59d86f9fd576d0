import type { AggregatedResult, Reporter } from '@jest/reporters';

/** What of a run's result is counted. */
type Counted = Pick<
  AggregatedResult,
  'numPassedTests' | 'numFailedTests' | 'numRuntimeErrorTestSuites'
>;

/**
 * The last line of a run, for machines: how many tests passed and failed. A file that could not be
 * run counts as one failure, since nobody knows how many tests it holds.
 */
export function countLine(results: Counted): string {
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  return `${results.numPassedTests} passed, ${failed} failed`;
}

/** What a failed test left behind must not keep a run alive that nobody watches. */
function endSoon(code: number): void {
  setTimeout(() => process.exit(code), 15_000).unref();
}

/** Prints the counts after everything else, and fails a run that tested nothing. */
export default class CountReporter implements Pick<Reporter, 'onRunComplete' | 'getLastError'> {
  #error: Error | undefined;

  onRunComplete(_: unknown, results: AggregatedResult): void {
    if (results.numPassedTests + results.numFailedTests === 0) {
      this.#error = new Error('No test was run.');
    }
    // Jest's own summary comes after every other reporter; this comes after that.
    process.once('exit', () => process.stdout.write(`${countLine(results)}\n`));
    if (process.env['CI'] === 'true') endSoon(results.success ? 0 : 1);
  }

  getLastError(): Error | undefined {
    return this.#error;
  }
}
