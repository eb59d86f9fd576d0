import { expect } from '@jest/globals';
import fc from 'fast-check';
import { logOf } from '#libs/testing';
import { type EngineHarness, projections } from '../engine.fixtures.js';
import { ledgerHistory } from '../ledger.fixtures.js';
import { type ProjectedEvent, type Projection } from '../projection.js';
import { auditReadModels } from './audit-read-models.js';
import { auditedLogOf, type Fault, findingOf, spaced, withFault } from './proof.fixtures.js';
import { verifyReadModels } from './verify-read-models.js';

/** How much a law is tried. */
export interface LawSize {
  readonly maxLength: number;
  readonly numRuns: number;
}

async function apply(
  engines: EngineHarness,
  events: readonly ProjectedEvent[],
  batchSizeMax: number,
): Promise<void> {
  const engine = engines.start({ log: logOf(events), batchSizeMax });
  await engines.reached(events);
  await engine.stop();
}

async function prove(engines: EngineHarness, events: readonly ProjectedEvent[]) {
  const [database, { signal }] = [engines.worker, new AbortController()];
  const verified = await verifyReadModels({ database, projections, log: logOf(events), signal });
  const log = auditedLogOf(events);
  const audits = await auditReadModels({ database, projections, log, signal });
  return { outcomes: verified.map(({ outcome }) => outcome), audits };
}

const batchSizes = fc.constantFrom(1, 7, 100, 1_000);

/**
 * C2: whatever the history and the size of batches, a read model is the fold of the log. What a
 * naive fold in memory finds is found by verification and audit, too.
 */
export async function expectFolds(engines: EngineHarness, size: LawSize): Promise<void> {
  await fc.assert(
    fc.asyncProperty(ledgerHistory(size.maxLength), batchSizes, async (events, batchSizeMax) => {
      await apply(engines, events, batchSizeMax);
      await engines.expectFoldOf(events);
      const { outcomes, audits } = await prove(engines, events);
      expect(outcomes).toEqual(['equal', 'equal']);
      expect(audits.map(({ state }) => state)).toEqual(['ok', 'ok']);
    }),
    { numRuns: size.numRuns, plugins: [fc.beforeEach(engines.reset)] },
  );
}

/**
 * C4, and that each of these checks can fail: whichever event is lost, doubled or replaced on its
 * way into the engine, the naive fold is another, verification differs, and the audit names it.
 */
export async function expectFaultsNamed(engines: EngineHarness, size: LawSize): Promise<void> {
  const faults = fc.constantFrom<Fault[]>('lost', 'doubled', 'replaced');
  // A history that ends with an event the engine misses would leave it waiting for that one.
  const histories = ledgerHistory(size.maxLength)
    .filter((events) => events.length > 2)
    .map(spaced);
  await fc.assert(
    fc.asyncProperty(histories, batchSizes, faults, fc.nat(), fc.nat(), async (...given) => {
      const [events, batchSizeMax, fault, seed, otherSeed] = given;
      const [place, other] = [seed % (events.length - 1), otherSeed % (events.length - 1)];
      await apply(engines, withFault(events, fault, place, other), batchSizeMax);
      const { outcomes, audits } = await prove(engines, events);
      const [event, replacement] = [events[place], events[other]] as [
        ProjectedEvent,
        ProjectedEvent,
      ];
      for (const [index, projection] of projections.entries()) {
        const expected = expectedFindings(projection, fault, event, replacement);
        expect(audits[index]?.findings).toHaveLength(expected.length);
        expect(audits[index]?.findings).toEqual(expect.arrayContaining(expected));
        expect(outcomes[index]).toBe(expected.length === 0 ? 'equal' : 'differs');
      }
    }),
    { numRuns: size.numRuns, plugins: [fc.beforeEach(engines.reset)] },
  );
}

/** A read model that has no handler for an event does not miss it. */
function expectedFindings(
  { on }: Projection,
  fault: Fault,
  event: ProjectedEvent,
  replacement: ProjectedEvent,
) {
  if (fault === 'replaced' && event === replacement) return [];
  const missing = fault === 'doubled' ? [] : [event];
  const doubled = fault === 'doubled' ? [event] : fault === 'replaced' ? [replacement] : [];
  return [
    ...missing.filter(({ type }) => type in on).map((each) => findingOf('missing', each)),
    ...doubled.filter(({ type }) => type in on).map((each) => findingOf('doubled', each)),
  ];
}
