import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventMetadata } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { type AsOf } from '#libs/leads';
import { connectDatabase, type Database, listScratchSchemas } from '#libs/read-db';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withServers } from '../../apps/cli/connection/stack-connection.js';
import { replayLead } from '../../apps/cli/operations/replay-lead.js';
import {
  replayTenant,
  type TenantReplay,
  type TenantReplayRequest,
} from '../../apps/cli/operations/replay-tenant.js';
import {
  firstLead,
  freshPhone,
  type RunningApi,
  type Servers,
  startApi,
  startServers,
} from './api.harness.js';
import { ended, jsonOf, startCommand } from './import-command.harness.js';

interface Model {
  readonly name: string;
  readonly rows: string;
  readonly events: number;
}

let servers: Servers;
let api: RunningApi;
let owner: Database;
let folder: string;
let ids: string[];
/** Where the log ended after each lead, and in the end. */
let positions: string[];

// No worker runs here: what a replay shows comes from the log alone.
beforeAll(async () => {
  servers = await startServers();
  api = await startApi(servers);
  owner = connectDatabase({ url: servers.databaseUrl, role: 'owner', applicationName: 'test' });
  folder = await mkdtemp(join(tmpdir(), 'leadledger-replay-'));
  [ids, positions] = [[], []];
  const key = await api.createKey('demo');
  const other = await api.createKey('other');
  const post = async (path: string, body: unknown, by = key) => {
    const { headers, body: answer } = await api.post(path, body, { key: by });
    positions.push(headers.get('x-leadledger-position')!);
    return answer.lead_id;
  };
  const consent = { ...firstLead.consent, consent_timestamp: new Date().toISOString() };
  for (let count = 0; count < 3; count += 1)
    ids.push(await post('/v1/leads', { phone: freshPhone() }));
  await post('/v1/leads', { phone: freshPhone() }, other);
  await post(`/v1/leads/${ids[0]}/consent`, consent);
});
afterAll(async () => {
  await api.close();
  await owner.close();
  await servers.close();
  await rm(folder, { recursive: true });
});

const replay = (...parameters: string[]) =>
  ended(startCommand(servers, folder, ['replay', ...parameters]));

/** The same without a process of its own. */
function replayHere(request: Partial<TenantReplayRequest>): Promise<TenantReplay> {
  return withServers(servers, (stack) =>
    replayTenant(
      stack,
      { tenantId: 'demo' as TenantId, replace: false, ...request },
      { signal: new AbortController().signal, onProgress: () => undefined },
    ),
  );
}

/** A receipt without what makes one; returns its id. */
async function appendUnreadable(tenantId: string): Promise<string> {
  const id = randomUUID();
  const metadata: EventMetadata = {
    ...{ schemaVersion: 2, tenantId: tenantId as TenantId, actor: { kind: 'system', id: 'test' } },
    ...{ occurredAt: new Date().toISOString(), commandId: id },
    ...{ $correlationId: id, $causationId: id },
  };
  const event = { id, type: 'LeadReceived', data: {}, metadata };
  await api.parts.store.append(`lead-${id}`, 'no_stream', [event]);
  return id;
}

async function rowsOf(table: string): Promise<Record<string, unknown>[]> {
  const { rows } = await owner.pool.query<Record<string, unknown>>(`select * from ${table}`);
  return rows;
}

describe('leadledger replay --lead', () => {
  it('tells event by event what changed, when and by whom', async () => {
    const { code, stdout } = await replay('--lead', ids[0]!);
    expect(code).toBe(0);
    expect(stdout).toMatch(/folded from 3 events/);
    expect(stdout).toMatch(/ 0 {2}\S+Z {2}LeadReceived {2}by key \w+\n/);
    expect(stdout).toMatch(
      / 2 {2}\S+Z {2}LeadFoundEligible {2}by key \w+\n +status +ineligible → new/,
    );
  });

  it('ends at the moment asked for: a revision, an instant or a position', async () => {
    const [leadId] = ids as [string];
    await withServers(servers, async (stack) => {
      const { steps } = await replayLead(stack, { leadId });
      const moments: AsOf[] = [
        { kind: 'revision', revision: 0n },
        { kind: 'instant', instant: steps[0]!.recordedAt },
        { kind: 'position', position: BigInt(positions[0]!) },
      ];
      for (const asOf of moments) {
        expect(await replayLead(stack, { leadId, asOf })).toMatchObject({
          ...{ steps: [{ type: 'LeadReceived', actor: { kind: 'api_key' } }] },
          state: { status: 'ineligible' },
        });
      }
    });
    const future = jsonOf(await replay(leadId, '--as-of', '99', '--json'));
    expect(future).toMatchObject({ error: { code: 'as_of_in_future' } });
  });
});

describe('leadledger replay --tenant', () => {
  it('builds every read model of the tenant as it stood, from the log alone', async () => {
    const run = await replay('--tenant', 'demo', '--as-of', positions[1]!, '--json');
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toMatch(/100 % .* events/);
    const { schema, models } = jsonOf(run) as unknown as { schema: string; models: Model[] };
    expect(schema).toBe(`replay_demo_at_${positions[1]!}`);
    expect(models.find(({ name }) => name === 'lead_list')).toMatchObject({ rows: '2', events: 2 });
    expect(models.find(({ name }) => name === 'api_key')).toMatchObject({ rows: '1' });
    const leads = await rowsOf(`${schema}.lead_list`);
    expect(leads.map((row) => row.lead_id).sort()).toEqual(ids.slice(0, 2).sort());
    expect(await rowsOf('lead_list')).toEqual([]);
  });

  it('shows a read model that was never kept full of its history at once', async () => {
    await owner.pool.query('drop view speed_to_lead');
    const run = await replay(
      '--tenant',
      'demo',
      '--projection',
      'speed_to_lead',
      '--schema',
      'speed',
    );
    expect(run).toMatchObject({ code: 0 });
    expect(run.stdout).toMatch(/in schema replay_speed/);
    const rows = await rowsOf('replay_speed.speed_to_lead');
    expect(rows.map((row) => [row.lead_id, row.first_dialable_at !== null]).sort()).toEqual(
      ids.map((id, index) => [id, index === 0]).sort(),
    );
    const [, query] = /-c "(.*)"/.exec(run.stdout) ?? [];
    const answers = (await owner.pool.query(query!)) as unknown as { rows: unknown[] }[];
    expect(answers.at(-1)?.rows).toHaveLength(3);
  });

  it('overwrites nothing unless told to, lists what it made and removes it', async () => {
    expect(await replayHere({ schema: 'again' })).toMatchObject({ schema: 'replay_again' });
    await expect(replayHere({ schema: 'again' })).rejects.toMatchObject({
      code: 'scratch_schema_exists',
    });
    const replaced = await replay('--tenant', 'demo', '--schema', 'again', '--replace');
    expect(replaced).toMatchObject({ code: 0 });
    const listed = await replay('--list-schemas');
    expect(listed.stdout).toMatch(/replay_again +demo +\d+ +\S+Z +complete/);
    expect(jsonOf(await replay('--drop', 'again', '--json'))).toEqual({ dropped: 'replay_again' });
    expect((await schemas()).includes('replay_again')).toBe(false);
  });

  it('is stopped by an unreadable event of the tenant’s past alone', async () => {
    await appendUnreadable('other');
    await replayHere({ schema: 'well' });
    const id = await appendUnreadable('demo');
    await expect(replayHere({ schema: 'ill' })).rejects.toMatchObject({
      ...{ code: 'replay_failed', message: expect.stringContaining(id) as unknown },
    });
    const moment = { kind: 'position', position: BigInt(positions.at(-1)!) } as const;
    await replayHere({ moment, schema: 'well', replace: true });
    expect((await schemas()).includes('replay_ill')).toBe(false);
  });

  it('refuses what it cannot know', async () => {
    const refusals = [
      [{ tenantId: 'nobody' as TenantId }, 'tenant_not_found'],
      [{ moment: { kind: 'instant', instant: '2999-01-01T00:00:00.000Z' } }, 'as_of_in_future'],
      [{ moment: { kind: 'position', position: 999_999_999_999n } }, 'as_of_in_future'],
      [{ projections: ['leads'] }, 'projection_not_found'],
      [{ schema: 'Public' }, 'scratch_schema_name'],
    ] as const;
    for (const [request, code] of refusals) {
      await expect(replayHere(request)).rejects.toMatchObject({ code });
    }
    expect(jsonOf(await replay('--json'))).toMatchObject({ error: { code: 'usage' } });
  });
});

async function schemas(): Promise<string[]> {
  return (await listScratchSchemas(owner)).map(({ schema }) => schema);
}
