import { availableParallelism } from 'node:os';

/** What every spec runs with, and on the real parts; see docs/how-to/test.md for the tiers. */
const shared = {
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', {}] },
  moduleNameMapper: {
    '^(\\.{1,2}/.+)\\.js$': '$1',
    // Its ESM build imports JSON in a way Jest warns about on every file.
    '^libphonenumber-js/max$': '<rootDir>/node_modules/libphonenumber-js/max/index.cjs',
    '^#libs/(.+)$': '<rootDir>/libs/$1/index.ts',
    '^#events/(.+)$': '<rootDir>/libs/$1/events.ts',
    '^#projections/(.+)$': '<rootDir>/projections/$1/index.ts',
  },
};
const never = ['/node_modules/', '/dist/', '/test/soak/'];
const wholeStack = '.e2e.spec.ts';
/** Whole stacks that hold what happens against the clock. */
const storm = '/test/chaos/';
const suitesAtOnce = '<rootDir>/test/few-at-once-runner.js';

export default {
  projects: [
    {
      ...shared,
      displayName: 'parts',
      testMatch: ['**/*.spec.ts'],
      testPathIgnorePatterns: [...never, wholeStack.replaceAll('.', '\\.')],
    },
    // Stacks wait for processes to start and to die: two of them keep two processors busy.
    {
      ...shared,
      displayName: 'stacks',
      testMatch: [`**/*${wholeStack}`],
      testPathIgnorePatterns: [...never, storm],
      runner: [suitesAtOnce, { atOnce: 2 }],
    },
    {
      ...shared,
      displayName: 'storms',
      testMatch: [`**${storm}**/*${wholeStack}`],
      testPathIgnorePatterns: never,
      runner: [suitesAtOnce, { atOnce: 1 }],
    },
  ],
  globalSetup: '<rootDir>/dist/libs/testing/global-setup.js',
  globalTeardown: '<rootDir>/dist/libs/testing/global-teardown.js',
  reporters: ['default', '<rootDir>/test/count-reporter.ts'],
  // Longer than anything that is waited for: what was awaited in vain says so itself.
  testTimeout: 180_000,
  // One more than processors: parts wait for disks, for each other, and for leases to end.
  maxWorkers: Math.max(3, availableParallelism() + 1),
  // Suites leave modules behind that nothing frees: a worker that has grown is replaced.
  workerIdleMemoryLimit: '1GB',
};
