import TestRunner from 'jest-runner';

/** Runs the suites of its projects apart from those of others, so many at a time. */
export default class FewAtOnceRunner extends TestRunner {
  constructor(globalConfig, context, { atOnce }) {
    super({ ...globalConfig, maxWorkers: Math.min(atOnce, globalConfig.maxWorkers) }, context);
  }
}
