import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { EngineHarness } from '../engine.fixtures.js';
import { expectFaultsNamed, expectFolds } from './proof-laws.fixtures.js';

let engines: EngineHarness;

beforeAll(async () => {
  engines = await EngineHarness.create();
});

afterAll(() => engines.close());

describe('any history', () => {
  it('makes read models that every proof finds to be its fold', () =>
    expectFolds(engines, { maxLength: 200, numRuns: 12 }));

  it('makes read models of which every proof tells the one event they got wrong', () =>
    expectFaultsNamed(engines, { maxLength: 200, numRuns: 18 }));
});
