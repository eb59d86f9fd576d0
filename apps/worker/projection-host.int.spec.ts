import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventMetadata, type NewEvent, type Position } from '#libs/event-store';
import { type HeartbeatEvent, heartbeatStream } from '#libs/heartbeat';
import { type TenantId } from '#libs/kernel';
import { leadEvents } from '#libs/leads';
import {
  awaitProjectionRequest,
  connectDatabase,
  countDeadLetters,
  type Database,
  requestProjectionAction,
} from '#libs/read-db';
import {
  type FreshDatabase,
  freshDatabase,
  leadReceived,
  numberSuppressed,
  startTestEventStore,
  type TestEventStore,
  until,
} from '#libs/testing';
import { pino } from 'pino';
import { liveProjections } from './live-projections.js';
import { ProjectionHost } from './projection-host.js';

let log: TestEventStore;
let fresh: FreshDatabase;
let database: Database;
let host: ProjectionHost;
let written: Record<string, unknown>[];
let readyCount: number;

beforeAll(async () => {
  [log, fresh] = await Promise.all([
    startTestEventStore(),
    freshDatabase({ readModels: liveProjections }),
  ]);
  database = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'worker-spec' });
  written = [];
  readyCount = 0;
  host = startHost();
});

afterAll(async () => {
  await host.stop();
  await database.close();
  await fresh.drop();
  await log.close();
});

function startHost(): ProjectionHost {
  const logger = pino(
    { level: 'trace' },
    { write: (line) => written.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const supervisor = { ready: () => (readyCount += 1), close: () => undefined };
  const started = new ProjectionHost({ store: log.store, database, logger, supervisor });
  started.start();
  return started;
}

function append(stream: string, ...events: { type: string; data: object }[]): Promise<Position> {
  const stored = events.map(({ type, data }): NewEvent => ({
    id: randomUUID(),
    type,
    data: data as Record<string, unknown>,
    metadata: { ...metadata, schemaVersion: versions.get(type) ?? 1 },
  }));
  return log.store.append(stream, 'no_stream', stored).then(({ position }) => position);
}

const versions = new Map<string, number>(leadEvents.map(({ type, version }) => [type, version]));
const metadata: Omit<EventMetadata, 'schemaVersion'> = {
  tenantId: 'acme' as TenantId,
  actor: { kind: 'system', id: 'spec' },
  occurredAt: '2026-01-05T12:00:00.000Z',
  commandId: 'command',
  $correlationId: 'correlation',
  $causationId: 'cause',
};

/** Which holder of the lease wrote each of them. */
async function heartbeats(): Promise<string[]> {
  const epochs: string[] = [];
  for await (const { data } of log.store.readStream(heartbeatStream)) {
    epochs.push((data as HeartbeatEvent['data']).leaseEpoch);
  }
  return epochs;
}

async function rowsOf(view: string): Promise<number> {
  const { rows } = await database.pool.query<{ count: bigint }>(`select count(*) from ${view}`);
  return Number(rows[0]?.count);
}

function untilRows(view: string, count: number): Promise<unknown> {
  return until(`${count} rows in ${view}`, async () => (await rowsOf(view)) === count);
}

describe('the worker’s projections', () => {
  it('keep every read model up to date from one log, and say when they do', async () => {
    await append('lead-1', leadReceived());
    await append('suppression-acme_phone-1', numberSuppressed());
    await untilRows('lead_list', 1);
    await untilRows('suppression', 1);
    expect(readyCount).toBeGreaterThan(0);
  });

  it('pass over events of a newer version, and say so once per type', async () => {
    await append(
      'lead-2',
      { type: 'LeadSangASong', data: {} },
      { type: 'LeadSangASong', data: {} },
    );
    await append('lead-3', leadReceived({ leadId: 'lead-3', phoneHash: 'phone-3' }));
    await untilRows('lead_list', 2);
    expect(written.filter(({ type }) => type === 'LeadSangASong')).toHaveLength(1);
  });

  it('go on after a restart where they stopped', async () => {
    await host.stop();
    await append('lead-4', leadReceived({ leadId: 'lead-4', phoneHash: 'phone-4' }));
    host = startHost();
    await untilRows('lead_list', 3);
  });

  it('come with a heartbeat of whoever keeps them, and with none of a worker that stands by', async () => {
    const second = startHost();
    await until('the second worker to stand by', () =>
      written.some(({ msg }) => String(msg).includes('standing by')),
    );
    const before = await heartbeats();
    await host.stop();
    host = second;
    const after = await until('the second worker to beat', async () => {
      const beats = await heartbeats();
      return beats.length > before.length && beats;
    });
    const keepers = written.filter(({ msg }) => msg === 'projections run');
    expect([...new Set(after)]).toEqual(keepers.map(({ epoch }) => epoch));
    await until('all read models to have passed it', async () => {
      const { rows } = await database.pool.query<{ behind: boolean }>(
        `select coalesce(passed_at < now() - interval '5 minutes', true) as behind
           from projection_build`,
      );
      return rows.length > 0 && rows.every(({ behind }) => !behind);
    });
  });

  it('leave an event that does not decode to the dead letters, loudly, and go on', async () => {
    await append('lead-5', { type: 'LeadReceived', data: { leadId: 5 } });
    await append('lead-6', leadReceived({ leadId: 'lead-6', phoneHash: 'phone-6' }));
    await untilRows('lead_list', 4);
    const alarmed = ['dedupe', 'dial_queue', 'lead_list', 'speed_to_lead'];
    const alarms = await until('the alarms to be told', () => {
      const told = written.filter(({ level }) => level === 50);
      return told.length >= alarmed.length && told;
    });
    const names = new Set(alarms.map(({ projection }) => projection));
    expect(names).toEqual(new Set(alarmed));
    expect(JSON.stringify(alarms)).toContain('lead-5');
  });

  it('read it again when somebody asks, until it is given up', async () => {
    const key = 'stream:lead-5';
    const ask = async (action: 'retry' | 'skip') => {
      const order = { action, name: 'lead_list', details: { key, reason: 'a spec' } };
      const id = await requestProjectionAction(database, { ...order, requestedBy: 'spec' });
      return (await awaitProjectionRequest(database, id, { timeoutMs: 60_000 }))?.outcome;
    };
    expect(await ask('retry')).toMatch(/^0 of 1 events were applied; .+cannot be read/);
    expect(await ask('skip')).toBe('done');
    expect((await countDeadLetters(database)).find(({ name }) => name === 'lead_list')).toEqual({
      ...{ name: 'lead_list', build: 1, keys: 0, parked: 0, skipped: 1 },
    });
  });

  it('write no personal data and no sealed text into the log', () => {
    expect(JSON.stringify(written)).not.toContain('v1.data-key');
  });
});
