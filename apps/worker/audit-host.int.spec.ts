import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { type NewEvent } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { leadEvents } from '#libs/leads';
import { auditsOfReadModels, connectDatabase, type Database } from '#libs/read-db';
import {
  type FreshDatabase,
  freshDatabase,
  leadReceived,
  startTestEventStore,
  type TestEventStore,
  until,
} from '#libs/testing';
import { pino } from 'pino';
import { AuditHost } from './audit-host.js';
import { liveProjections } from './live-projections.js';
import { ProjectionHost } from './projection-host.js';

/** The thread runs what was built. */
const program = new URL('../../dist/apps/worker/audit-thread.js', import.meta.url);

let log: TestEventStore;
let fresh: FreshDatabase;
let database: Database;
let projections: ProjectionHost;
let audit: AuditHost;
const written: Record<string, unknown>[] = [];
const logger = pino(
  { level: 'debug' },
  { write: (line) => written.push(JSON.parse(line) as Record<string, unknown>) },
);

beforeAll(async () => {
  [log, fresh] = await Promise.all([
    startTestEventStore(),
    freshDatabase({ readModels: liveProjections }),
  ]);
  database = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'audit-spec' });
  const supervisor = { ready: () => undefined, close: () => undefined };
  projections = new ProjectionHost({ store: log.store, database, logger, supervisor });
  projections.start();
  audit = new AuditHost({
    ...{ eventStoreUrl: log.url, databaseUrl: fresh.url, logger, program },
    pace: { sampleEveryMs: 50 },
  });
  audit.start();
});

afterAll(async () => {
  await audit.stop();
  await projections.stop();
  await database.close();
  await fresh.drop();
  await log.close();
});

async function receive(stream: string, leadId: string): Promise<bigint> {
  const { type, data } = leadReceived({ leadId, phoneHash: leadId });
  const event: NewEvent = {
    id: randomUUID(),
    type,
    data: data,
    metadata: {
      schemaVersion: leadEvents.find((each) => each.type === type)?.version ?? 1,
      tenantId: 'acme' as TenantId,
      actor: { kind: 'system', id: 'spec' },
      occurredAt: '2026-01-05T12:00:00.000Z',
      commandId: 'command',
      $correlationId: 'correlation',
      $causationId: 'cause',
    },
  };
  return (await log.store.append(stream, 'no_stream', [event])).position;
}

const auditOfLeads = async () =>
  (await auditsOfReadModels(database)).find(({ name }) => name === 'lead_list');

describe('the worker’s audit', () => {
  it('finds that what was applied is what is in the log', async () => {
    const position = await receive('lead-1', 'lead-1');
    const found = await until('the audit to pass the lead', async () => {
      const state = await auditOfLeads();
      return (state?.position ?? -1n) >= position && state;
    });
    expect(found).toMatchObject({ state: 'ok', findings: [] });
  });

  it('names an event that a subscription by streams leaves out, with an alarm', async () => {
    await receive('leed-2', 'lead-2');
    await receive('lead-3', 'lead-3');
    const found = await until('the alarm', async () => {
      const state = await auditOfLeads();
      return state?.state === 'differs' && state;
    });
    expect(found.findings).toMatchObject([{ fault: 'missing', stream: 'leed-2' }]);
    const concerned = liveProjections
      .filter(({ on }) => 'LeadReceived' in on)
      .map(({ name }) => name)
      .sort();
    const alarms = await until('the alarm to be told', () => {
      const told = written.filter(({ level }) => level === 60);
      return told.length >= concerned.length && told;
    });
    expect(alarms.map(({ projection }) => projection).sort()).toEqual(concerned);
    expect(JSON.stringify(alarms)).toContain('leed-2');
  });

  it('gives way to everything else in this process', async () => {
    if (process.platform !== 'linux') return;
    const own = getPriority();
    const threads = await readdir('/proc/self/task');
    const stats = await Promise.all(
      threads.map((id) => readFile(`/proc/self/task/${id}/stat`, 'utf8')),
    );
    const nices = stats.map((stat) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]));
    // A process that gives way to all others already has no thread that does so any more.
    const lowest = 19;
    expect(nices.filter((nice) => nice > own && nice === lowest)).toHaveLength(
      own < lowest ? 1 : 0,
    );
  });

  it('ends when it is told to', async () => {
    await audit.stop();
    await until('its connection to be gone', async () => {
      const { rows } = await database.pool.query(
        `select from pg_stat_activity
          where application_name = 'leadledger-audit' and datname = current_database()`,
      );
      return rows.length === 0;
    });
  });
});
