import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { logOf, until } from '#libs/testing';
import { auditsOfReadModels } from '../../index.js';
import { PoisonHarness } from '../dead-letters.fixtures.js';
import { EngineHarness, projections } from '../engine.fixtures.js';
import { ledgerHistory } from '../ledger.fixtures.js';
import { inStreamsOfAccounts, type Spoil } from '../poison.fixtures.js';
import { auditReadModels } from './audit-read-models.js';
import { type AuditNotice } from './continuous-audit.js';
import { auditedLogOf } from './proof.fixtures.js';
import { runAudit } from './run-audit.js';
import { verifyReadModels } from './verify-read-models.js';

let engines: EngineHarness;
let poisoned: PoisonHarness;

beforeAll(async () => {
  engines = await EngineHarness.create();
  poisoned = new PoisonHarness(engines);
});

beforeEach(() => engines.reset());

afterAll(() => engines.close());

const [events = []] = fc.sample(
  ledgerHistory(150)
    .map(inStreamsOfAccounts)
    .filter((each) => each.length > 100),
  { numRuns: 1, seed: 3 },
);
const bad = events.filter(({ type }) => type === 'Paid')[3]!;

async function expectProven(): Promise<void> {
  const [database, { signal }] = [engines.worker, new AbortController()];
  const log = auditedLogOf(events);
  const audits = await auditReadModels({ database, projections, log, signal });
  expect(audits.map(({ message, state }) => [state, message])).toEqual(
    audits.map(({ message }) => ['ok', message]),
  );
  const verified = await verifyReadModels({ database, projections, log: logOf(events), signal });
  expect(verified.map(({ outcome }) => outcome)).toEqual(['equal', 'equal']);
}

describe('a read model without the dead letters it has', () => {
  it.each<[Spoil, number]>([
    ['handler', 7],
    ['change', 1],
    ['change', 1_000],
    ['undecodable', 100],
  ])(
    'is proven to be right while they wait, and when they were retried: %s, %i at a time',
    async (spoil, batchSizeMax) => {
      await poisoned.runThrough(events, new Map([[bad.position, spoil]]), { batchSizeMax });
      expect((await poisoned.letters()).length).toBeGreaterThan(1);
      await expectProven();
      expect(await poisoned.ask({ action: 'retry' }, events)).toBe('done');
      await expectProven();
    },
  );

  it('is proven to be right when one was given up', async () => {
    const poison = new Map<bigint, Spoil>([[bad.position, 'change']]);
    await poisoned.runThrough(events, poison);
    const [{ key } = { key: '' }] = await poisoned.letters();
    const details = { key, reason: 'written by mistake' };
    await poisoned.ask({ action: 'skip', details }, events, poison);
    await poisoned.ask({ action: 'retry' }, events, poison);
    expect(await poisoned.letters()).toEqual([]);
    await expectProven();
  });

  it('gives the continuous audit no reason for an alarm', async () => {
    const notices: AuditNotice[] = [];
    const stop = new AbortController();
    const auditing = runAudit({
      ...{ database: engines.worker, projections, log: auditedLogOf(events), signal: stop.signal },
      ...{ head: () => Promise.resolve(null), report: (notice) => notices.push(notice) },
      ...{ eventsPerSecondMax: 1_000_000, sampleEveryMs: 5 },
    });
    await poisoned.runThrough(events, new Map([[bad.position, 'change']]), { batchSizeMax: 3 });
    expect(await poisoned.ask({ action: 'retry' }, events)).toBe('done');
    const audits = await until('the audit to reach the end', async () => {
      const found = await auditsOfReadModels(engines.worker);
      return found.every(({ position }) => position === events.at(-1)?.position) && found;
    });
    stop.abort();
    await auditing;
    expect(audits.map(({ state }) => state)).toEqual(['ok', 'ok']);
    expect(notices).toEqual([{ kind: 'started' }]);
  });
});
