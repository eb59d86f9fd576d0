import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { auditsOfReadModels, type ReadModelAudit } from '../../index.js';
import { EngineHarness, projections } from '../engine.fixtures.js';
import { auditReadModels } from './audit-read-models.js';
import { auditedLogOf, GrowingLog, LongHistory } from './proof.fixtures.js';
import { type AuditNotice, type RunAuditOptions } from './continuous-audit.js';
import { runAudit } from './run-audit.js';

const history = new LongHistory(6_000);
const events = history.toArray();
const { end } = history;
let engines: EngineHarness;
const running: { readonly stop: AbortController; readonly ended: Promise<void> }[] = [];

beforeAll(async () => {
  engines = await EngineHarness.create();
});

beforeEach(async () => {
  await engines.reset();
  await engines.owner.pool.query('truncate projection_audit');
});

async function stopAll(): Promise<void> {
  await Promise.all(
    running.splice(0).map(({ stop, ended }) => {
      stop.abort();
      return ended;
    }),
  );
}

afterEach(stopAll);
afterAll(() => engines.close());

function startAudit(options: Partial<RunAuditOptions> = {}): AuditNotice[] {
  const notices: AuditNotice[] = [];
  const stop = new AbortController();
  const ended = runAudit({
    ...{ database: engines.worker, projections, log: auditedLogOf(events) },
    head: () => Promise.resolve(end),
    signal: stop.signal,
    report: (notice) => notices.push(notice),
    ...{ eventsPerSecondMax: 1_000_000, sampleEveryMs: 20 },
    ...options,
  });
  running.push({ stop, ended });
  return notices;
}

function untilAudited(position: bigint): Promise<ReadModelAudit[]> {
  return until(`the audit to reach ${position}`, async () => {
    const audits = await auditsOfReadModels(engines.worker);
    return audits.every((each) => (each.position ?? -1n) >= position) && audits;
  });
}

const [first, second] = [history.paymentAfter(1_000), history.paymentAfter(5_000)];
/** Two payments never reach the engine. */
const withoutTwo = events.filter((_, at) => at !== first && at !== second);

describe('the continuous audit', () => {
  it('follows live application, and finds that nothing is amiss', async () => {
    const growing = new GrowingLog(events, 500);
    engines.start({ log: growing.follow });
    const notices = startAudit();
    for (const length of [500, 2_000, 6_000]) {
      growing.grow(length - growing.length);
      const audits = await untilAudited(events[length - 1]!.position);
      expect(audits.map(({ state }) => state)).toEqual(['ok', 'ok']);
    }
    expect(notices).toEqual([{ kind: 'started' }]);
  });

  it('names every event that was lost, one by one, and gives alarm once for each', async () => {
    const growing = new GrowingLog(withoutTwo, 3_000);
    engines.start({ log: growing.follow });
    const notices = startAudit();
    await untilAudited(withoutTwo[2_999]!.position);
    growing.grow(withoutTwo.length);
    const audits = await untilAudited(end);
    for (const { state, findings } of audits) {
      expect(state).toBe('differs');
      expect(findings).toMatchObject([
        { fault: 'missing', id: events[first]?.id, position: String(events[first]?.position) },
        { fault: 'missing', id: events[second]?.id, position: String(events[second]?.position) },
      ]);
    }
    const alarms = await until('an alarm for each', () => {
      const told = notices.filter(({ kind }) => kind === 'differs');
      return told.length >= 4 && told;
    });
    expect(alarms).toHaveLength(4);
    expect(JSON.stringify(alarms)).toContain(events[second]?.id);
  });

  it('goes on after a restart where it was, and keeps its alarm', async () => {
    const growing = new GrowingLog(withoutTwo, 3_000);
    engines.start({ log: growing.follow });
    startAudit();
    await untilAudited(withoutTwo[2_999]!.position);
    await stopAll();
    growing.grow(withoutTwo.length);
    const beginnings: (bigint | null)[] = [];
    startAudit({
      log: (after, signal) => {
        beginnings.push(after);
        return auditedLogOf(events)(after, signal);
      },
    });
    const [account] = await untilAudited(end);
    expect(account?.findings).toHaveLength(2);
    expect(beginnings.every((after) => after !== null && after >= 30_000n)).toBe(true);
  });

  it('goes on from a full audit that was made meanwhile', async () => {
    const growing = new GrowingLog(withoutTwo, 3_000);
    engines.start({ log: growing.follow });
    startAudit();
    const [before] = await untilAudited(withoutTwo[2_999]!.position);
    expect(before?.state).toBe('differs');
    const { signal } = new AbortController();
    // To the full audit, the lost event was never there.
    const log = auditedLogOf(withoutTwo);
    await auditReadModels({ database: engines.worker, projections, log, signal });
    expect((await auditsOfReadModels(engines.worker))[0]?.state).toBe('ok');
    growing.grow(withoutTwo.length);
    const [after] = await untilAudited(end);
    expect(after?.findings).toMatchObject([{ id: events[second]?.id }]);
  });

  it('begins anew for a build that takes the place of another', async () => {
    engines.start({ log: new GrowingLog(withoutTwo, withoutTwo.length).follow });
    startAudit();
    expect((await untilAudited(end))[0]?.state).toBe('differs');
    await engines.owner.pool.query(
      `alter table projection_audit drop constraint projection_audit_name_build_fkey;
       update projection_build set build = 2`,
    );
    const fresh = await until('the new builds to be audited', async () => {
      const audits = await auditsOfReadModels(engines.worker);
      return audits.every(({ build, position }) => build === 2 && position === end) && audits;
    });
    expect(fresh[0]?.findings).toHaveLength(2);
    await engines.owner.pool.query('update projection_build set build = 1');
  });

  it('is left to another process only when this one is gone', async () => {
    engines.start({ log: new GrowingLog(events, 3_000).follow });
    startAudit();
    await untilAudited(events[2_999]!.position);
    const standby = startAudit();
    await until('the other one to stand by', () => standby.length > 0);
    expect(standby).toEqual([{ kind: 'standing_by' }]);
    const [{ stop, ended } = { stop: new AbortController(), ended: Promise.resolve() }] =
      running.splice(0, 1);
    stop.abort();
    await ended;
    await until('it to take over', () => standby.some(({ kind }) => kind === 'started'));
  });

  it('begins again when the log breaks off, without a false alarm', async () => {
    engines.start({ log: new GrowingLog(events, events.length).follow });
    let breaks = 0;
    const notices = startAudit({
      log: async function* (after, signal) {
        let messages = 0;
        for await (const message of auditedLogOf(events)(after, signal)) {
          messages += 1;
          if (messages === 1_000 && breaks < 2) {
            breaks += 1;
            throw new Error('the connection was lost');
          }
          yield message;
        }
      },
    });
    const audits = await untilAudited(end);
    expect(audits.map(({ state }) => state)).toEqual(['ok', 'ok']);
    expect(notices.filter(({ kind }) => kind === 'interrupted')).toHaveLength(2);
  });

  it('keeps how far it is with the others while it cannot look for the faults of one', async () => {
    const closing = events.findIndex(({ type }) => type === 'Closed');
    const withoutOne = events.filter((_, at) => at !== closing);
    engines.start({ log: new GrowingLog(withoutOne, withoutOne.length).follow });
    await engines.reached(withoutOne);
    let readings = 0;
    const notices = startAudit({
      log: (after, signal) => {
        readings += 1;
        if (readings > 1) throw new Error('the log is away');
        return auditedLogOf(events)(after, signal);
      },
    });
    await until('the second reading to fail', () =>
      notices.some(({ kind }) => kind === 'interrupted'),
    );
    expect(await auditsOfReadModels(engines.worker)).toMatchObject([
      { name: 'account', position: null, findings: [] },
      { name: 'turnover', position: end, state: 'ok' },
    ]);
  });
});
