import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { logOf } from '#libs/testing';
import { auditsOfReadModels, type AuditFinding } from '../../index.js';
import { EngineHarness, projections } from '../engine.fixtures.js';
import { accountProjection, turnoverProjection } from '../ledger.fixtures.js';
import { type ProjectedEvent } from '../projection.js';
import { auditReadModels } from './audit-read-models.js';
import { auditedLogOf, type Fault, findingOf, LongHistory, withFault } from './proof.fixtures.js';

const history = new LongHistory(20_000);
const events = history.toArray();
let engines: EngineHarness;

beforeAll(async () => {
  engines = await EngineHarness.create();
});

afterAll(() => engines.close());

async function applied(given: readonly ProjectedEvent[]): Promise<void> {
  await engines.reset();
  const engine = engines.start({ log: logOf(given), batchSizeMax: 2_000 });
  await engines.reached(given);
  await engine.stop();
}

function audit(log = events) {
  const { signal } = new AbortController();
  const database = engines.worker;
  return auditReadModels({ database, projections, log: auditedLogOf(log), signal });
}

const naming = (fault: 'missing' | 'doubled', place: number) => findingOf(fault, history.at(place));

describe('an audit of read models that applied 20,000 events', () => {
  const lost = history.paymentAfter(12_345);
  const other = history.paymentAfter(5_000);

  it('finds every event applied once, and keeps that', async () => {
    await applied(events);
    const audits = await audit();
    expect(audits.map(({ name, state }) => [name, state])).toEqual([
      ['account', 'ok'],
      ['turnover', 'ok'],
    ]);
    expect(audits[0]).toMatchObject({ build: 1, position: events.at(-1)?.position, findings: [] });
    const kept = await auditsOfReadModels(engines.worker);
    expect(kept).toEqual(audits.map((each) => ({ ...each, checkedAt: expect.any(String) })));
  });

  it.each([
    ['lost', [naming('missing', lost)]],
    ['doubled', [naming('doubled', lost)]],
    ['replaced', [naming('missing', lost), naming('doubled', other)]],
  ] satisfies [Fault, AuditFinding[]][])('names the one that was %s', async (fault, findings) => {
    await applied(withFault(events, fault, lost, other));
    const audits = await audit();
    expect(audits.map(({ state }) => state)).toEqual(['differs', 'differs']);
    for (const found of audits.map((each) => [...each.findings])) {
      expect(found.sort((a, b) => (a.fault < b.fault ? 1 : -1))).toEqual(findings);
    }
    expect(audits[0]?.message).toContain(events[lost]?.id);
    expect((await auditsOfReadModels(engines.worker))[0]?.state).toBe('differs');
  });

  it('names all of a batch that was lost', async () => {
    const batch = Array.from({ length: 30 }, (_, at) => lost + at);
    await applied(events.filter((_, at) => !batch.includes(at)));
    const [account] = await audit();
    const concerned = batch.filter((at) => (events[at]?.type ?? '') in accountProjection.on);
    expect(account?.findings).toEqual(concerned.map((at) => naming('missing', at)));
  });

  it('tells which type of event never came', async () => {
    await applied(events.filter(({ type }) => type !== 'Closed'));
    const [account, turnover] = await audit();
    expect(account?.findings).toMatchObject([{ fault: 'missing', of: 'type', called: 'Closed' }]);
    expect(turnover?.state).toBe('ok');
  });

  it('takes an event that waits as a dead letter as accounted for', async () => {
    await applied(withFault(events, 'lost', lost));
    const { id, type, position, stream } = events[lost] as ProjectedEvent;
    await engines.worker.pool.query(
      `insert into projection_dead_letter (
         name, build, key, position, tenant_id, event_id, event_type, stream, revision)
       select name, 1, key, $1, 'acme', $2, $3, $4, 0
         from unnest(array['account', 'turnover']) as name, unnest(array['one', 'two']) as key`,
      [position, id, type, stream],
    );
    const audits = await audit();
    expect(audits.map(({ state }) => state)).toEqual(['ok', 'ok']);
    await engines.owner.pool.query('truncate projection_dead_letter');
  });

  it('clears an alarm when everything counted anew is well', async () => {
    await applied(withFault(events, 'lost', lost));
    expect((await audit())[0]?.state).toBe('differs');
    await applied(events);
    expect((await audit())[0]?.state).toBe('ok');
    const kept = await auditsOfReadModels(engines.worker);
    expect(kept[0]).toMatchObject({ state: 'ok', findings: [] });
  });

  it('counts no further than the read model has come', async () => {
    await applied(events.slice(0, 1_000));
    const [account] = await audit();
    expect(account).toMatchObject({ state: 'ok', position: events[999]?.position });
  });

  it('refuses a build that another version of the program fills', async () => {
    const later = [{ ...turnoverProjection, version: 4 }];
    const { signal } = new AbortController();
    const log = auditedLogOf(events);
    await expect(
      auditReadModels({ database: engines.worker, projections: later, log, signal }),
    ).rejects.toMatchObject({ code: 'read_model_not_verifiable' });
  });
});
