import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDatabase, type Database } from '#libs/read-db';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    const json = jsonOf(await replay('--lead', ids[0]!, '--json'));
    const { steps } = json as unknown as { steps: readonly { recordedAt: string }[] };
    for (const asOf of ['0', steps[0]!.recordedAt, `position:${positions[0]!}`]) {
      const then = jsonOf(await replay('--lead', ids[0]!, '--as-of', asOf, '--json'));
      expect(then).toMatchObject({
        ...{ steps: [{ type: 'LeadReceived', actor: { kind: 'api_key' } }] },
        state: { status: 'ineligible' },
      });
    }
    const future = jsonOf(await replay(ids[0]!, '--as-of', '99', '--json'));
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
    const named = ['--tenant', 'demo', '--schema', 'again', '--json'];
    expect(jsonOf(await replay(...named))).toMatchObject({ schema: 'replay_again' });
    const second = await replay(...named);
    expect([second.code, jsonOf(second)]).toEqual([
      1,
      { error: { code: 'scratch_schema_exists', message: expect.any(String) as unknown } },
    ]);
    expect(await replay(...named, '--replace')).toMatchObject({ code: 0 });
    const listed = await replay('--list-schemas');
    expect(listed.stdout).toMatch(/replay_again +demo +\d+ +\S+Z +complete/);
    expect(jsonOf(await replay('--drop', 'again', '--json'))).toEqual({ dropped: 'replay_again' });
    expect((await replay('--list-schemas')).stdout).not.toMatch('replay_again');
  });

  it('refuses what it cannot know', async () => {
    const refusals = [
      [['--tenant', 'nobody'], 'tenant_not_found'],
      [['--tenant', 'demo', '--as-of', '999999999999'], 'as_of_in_future'],
      [['--tenant', 'demo', '--projection', 'leads'], 'projection_not_found'],
      [[], 'usage'],
    ] as const;
    for (const [parameters, code] of refusals) {
      expect(jsonOf(await replay(...parameters, '--json'))).toMatchObject({ error: { code } });
    }
  });
});
