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

export default {
  projects: [
    {
      ...shared,
      displayName: 'parts',
      testMatch: ['**/*.spec.ts'],
      testPathIgnorePatterns: [...never, wholeStack.replaceAll('.', '\\.')],
    },
    // Whole stacks, one at a time: two of them would wait for each other's processors.
    {
      ...shared,
      displayName: 'stacks',
      testMatch: [`**/*${wholeStack}`],
      testPathIgnorePatterns: never,
      runner: '<rootDir>/test/serial-runner.js',
    },
  ],
  globalSetup: '<rootDir>/dist/libs/testing/global-setup.js',
  globalTeardown: '<rootDir>/dist/libs/testing/global-teardown.js',
  reporters: ['default', '<rootDir>/test/count-reporter.ts'],
  testTimeout: 60_000,
  maxWorkers: 2,
  // Suites leave modules behind that nothing frees: a worker that has grown is replaced.
  workerIdleMemoryLimit: '1GB',
};
