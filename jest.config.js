/** One Jest project over the real parts; see docs/how-to/test.md for the tiers. */
export default {
  testEnvironment: 'node',
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/test/soak/'],
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
  globalSetup: '<rootDir>/dist/libs/testing/global-setup.js',
  globalTeardown: '<rootDir>/dist/libs/testing/global-teardown.js',
  reporters: ['default', '<rootDir>/test/count-reporter.ts'],
  testTimeout: 60_000,
  // Suites leave modules behind that nothing frees: a worker that has grown is replaced. One at a
  // time: whole stacks are started, and two of them would wait for each other’s processors.
  maxWorkers: 1,
  workerIdleMemoryLimit: '1GB',
};
