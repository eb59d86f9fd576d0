import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import {
  auditReadModels,
  auditsOfReadModels,
  caughtUpTo,
  type ProjectedEvent,
  runAudit,
  verifyReadModels,
} from '#libs/read-db';
import { EngineHarness, projections } from '../../libs/read-db/projection/engine.fixtures.js';
import { findingOf, LongHistory } from '../../libs/read-db/projection/proof/proof.fixtures.js';
import {
  expectFaultsNamed,
  expectFolds,
} from '../../libs/read-db/projection/proof/proof-laws.fixtures.js';

const history = new LongHistory(1_000_000);
const soakMs = 1_800_000;
let engines: EngineHarness;

beforeAll(async () => {
  engines = await EngineHarness.create();
});
beforeEach(async () => {
  await engines.reset();
  await engines.owner.pool.query('truncate projection_audit');
});
afterAll(() => engines.close());

type Mutate = (place: number, event: ProjectedEvent) => readonly ProjectedEvent[];

/** Lets the engine apply a million events, but for what `mutate` makes of them. */
async function applyMillion(mutate?: Mutate): Promise<void> {
  const engine = engines.start({ log: history.log(mutate) });
  const names = projections.map(({ name }) => name);
  const timeoutMs = soakMs / 2;
  expect(await caughtUpTo(engines.worker, names, history.end, { timeoutMs })).toBe(true);
  await engine.stop();
}

async function audit() {
  const [database, { signal }] = [engines.worker, new AbortController()];
  const startedAt = performance.now();
  const audits = await auditReadModels({ database, projections, log: history.log(), signal });
  console.log(`audit of ${history.length} events: ${secondsSince(startedAt)} s`);
  return audits;
}

const secondsSince = (startedAt: number) => Math.round((performance.now() - startedAt) / 100) / 10;

describe('of a million events', () => {
  const place = history.paymentAfter(654_321);
  const other = history.paymentAfter(123_456);
  const [event, replacement] = [history.at(place), history.at(other)];

  it(
    'every one is found to be applied, and every row to be right',
    async () => {
      await applyMillion();
      expect((await audit()).map(({ state }) => state)).toEqual(['ok', 'ok']);
      const [database, { signal }] = [engines.worker, new AbortController()];
      const startedAt = performance.now();
      const verified = await verifyReadModels({
        ...{ database, projections, log: history.log(), signal },
      });
      console.log(`verification of ${history.length} events: ${secondsSince(startedAt)} s`);
      expect(verified.map(({ outcome }) => outcome)).toEqual(['equal', 'equal']);
    },
    soakMs,
  );

  const faults: [string, Mutate, ReturnType<typeof findingOf>[]][] = [
    ['lost', (at, each) => (at === place ? [] : [each]), [findingOf('missing', event)]],
    [
      'applied twice',
      (at, each) => (at === place ? [each, { ...each, position: each.position + 1n }] : [each]),
      [findingOf('doubled', event)],
    ],
    [
      'replaced',
      (at, each) => [at === place ? { ...replacement, position: each.position } : each],
      [findingOf('missing', event), findingOf('doubled', replacement)],
    ],
  ];

  it.each(faults)(
    'the one that was %s is named',
    async (_, mutate, findings) => {
      await applyMillion(mutate);
      for (const found of await audit()) {
        expect(found.state).toBe('differs');
        expect(found.findings).toHaveLength(findings.length);
        expect(found.findings).toEqual(expect.arrayContaining(findings));
      }
    },
    soakMs,
  );

  it(
    'ten that were lost, far from each other, are named by the audit that follows',
    async () => {
      const lost = new Set(
        Array.from({ length: 10 }, (_, index) => history.paymentAfter(index * 99_000 + 50_000)),
      );
      const stop = new AbortController();
      const auditing = runAudit({
        ...{ database: engines.worker, projections, log: history.log(), signal: stop.signal },
        head: () => Promise.resolve(null),
        ...{ eventsPerSecondMax: 1_000_000, sampleEveryMs: 100 },
      });
      await applyMillion((at, each) => (lost.has(at) ? [] : [each]));
      const audits = await until(
        'the audit to reach the end',
        async () => {
          const found = await auditsOfReadModels(engines.worker);
          return found.every(({ position }) => position === history.end) && found;
        },
        { withinMs: soakMs / 2 },
      );
      stop.abort();
      await auditing;
      const expected = [...lost].map((at) => findingOf('missing', history.at(at)));
      expect(audits.map(({ findings }) => findings)).toEqual([expected, expected]);
    },
    soakMs,
  );
});

describe('any history, at full size', () => {
  it(
    'makes read models that every proof finds to be its fold',
    () => expectFolds(engines, { maxLength: 1_500, numRuns: 300 }),
    soakMs,
  );

  it(
    'makes read models of which every proof tells the one event they got wrong',
    () => expectFaultsNamed(engines, { maxLength: 1_500, numRuns: 300 }),
    soakMs,
  );
});
