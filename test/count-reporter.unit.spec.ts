import { describe, expect, it } from '@jest/globals';
import { countLine } from './count-reporter.js';

describe('the last line of a test run', () => {
  it('counts tests, and a file that could not be run as a failure', () => {
    const results = { numPassedTests: 12, numFailedTests: 2, numRuntimeErrorTestSuites: 1 };
    expect(countLine(results)).toBe('12 passed, 3 failed');
  });
});
