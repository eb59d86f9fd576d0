import TestRunner from 'jest-runner';

/** Runs suites one after another, apart from those of other runners. */
export default class SerialRunner extends TestRunner {
  isSerial = true;
}
