import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectDatabase, type Database } from '../database.js';
import { readModelsStatus, servedBuilds } from './projection-status.js';

let fresh: FreshDatabase;
let api: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  const owner = connectDatabase({ url: fresh.url, role: 'owner', applicationName: 'status.spec' });
  await owner.pool.query(`
    insert into projection_build
      (name, build, version, table_name, shape, state, serving, requested_by, position,
       passed_at, head, events_seen, started_at, updated_at)
    values
      ('lead_list', 1, 1, 'lead_list_v1', '', 'live', true, 'deploy', 900,
       clock_timestamp() - interval '40 seconds', null, 0, null, now()),
      ('lead_list', 2, 1, 'lead_list_v1_b2', '', 'building', false, 'operator:me', 250,
       clock_timestamp() - interval '1 year', 1000, 100, now() - interval '5 seconds', now()),
      ('dedupe', 1, 1, 'dedupe_v1', '', 'live', true, 'deploy', null,
       null, null, 0, null, now()),
      ('future', 1, 1, 'future_v1', '', 'live', true, 'deploy', 900,
       clock_timestamp() + interval '1 hour', null, 0, null, now());
    insert into projection_dead_letter
      (name, build, key, position, tenant_id, event_id, event_type, stream, revision, state)
    values
      ('lead_list', 1, 'a', 7, 'acme', 'event-7', 'LeadReceived', 'lead-a', 0, 'parked'),
      ('lead_list', 1, 'b', 8, 'other', 'event-8', 'LeadReceived', 'lead-b', 0, 'parked'),
      ('lead_list', 1, 'b', 9, 'other', 'event-9', 'LeadReceived', 'lead-b', 1, 'parked'),
      ('lead_list', 1, 'c', 3, 'acme', 'event-3', 'LeadReceived', 'lead-c', 0, 'skipped');
    insert into projection_lease (name, epoch, owner, has_lock, expires_at)
    values ('live', 3, 'alive', true, now() + interval '1 hour'),
           ('rebuild', 1, 'dead', true, now() - interval '1 second')`);
  await owner.close();
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'status.spec' });
});
afterAll(async () => {
  await api.close();
  await fresh.drop();
});

async function buildOf(name: string, number: number) {
  const { projections } = await readModelsStatus(api);
  const builds = projections.find((projection) => projection.name === name)?.builds ?? [];
  const found = builds.find(({ build }) => build === number);
  if (found === undefined) throw new Error(`There is no build ${number} of ${name}.`);
  return found;
}

describe('the status of read models, as the api may see it', () => {
  it('has every build under its read model, and which of them is served', async () => {
    const { projections } = await readModelsStatus(api);
    expect(
      projections.map(({ name, serving, builds }) => [name, serving?.build, builds.length]),
    ).toEqual([
      ['dedupe', 1, 1],
      ['future', 1, 1],
      ['lead_list', 1, 2],
    ]);
  });

  it('counts lag from the last event that a live build has passed', async () => {
    const { lagSeconds } = await buildOf('lead_list', 1);
    expect(lagSeconds).toBeGreaterThanOrEqual(40);
    expect(lagSeconds).toBeLessThan(3_600);
    expect((await buildOf('dedupe', 1)).lagSeconds).toBeNull();
    expect((await buildOf('future', 1)).lagSeconds).toBe(0);
    expect((await buildOf('lead_list', 2)).lagSeconds).toBeNull();
  });

  it('tells how far a build is that is being filled', async () => {
    expect((await buildOf('lead_list', 1)).filling).toBeNull();
    const { filling } = await buildOf('lead_list', 2);
    expect(filling).toEqual({ ratio: 0.25, ratioBefore: 0, eventsPerSecond: 20, secondsLeft: 15 });
  });

  it('counts dead letters of all tenants together', async () => {
    expect(await buildOf('lead_list', 1)).toMatchObject({
      ...{ parkedEvents: 3, parkedKeys: 2, skippedEvents: 1 },
    });
    expect(await buildOf('lead_list', 2)).toMatchObject({ parkedEvents: 0, skippedEvents: 0 });
  });

  it('knows which leases are held: their owners have given a sign of life in time', async () => {
    expect((await readModelsStatus(api)).leases).toEqual([
      { name: 'live', owner: 'alive', held: true },
      { name: 'rebuild', owner: 'dead', held: false },
    ]);
  });

  it('has a short form for probes, of the served builds alone', async () => {
    const served = await servedBuilds(api);
    expect(served.map(({ name }) => name)).toEqual(['dedupe', 'future', 'lead_list']);
    expect(served[2]).toMatchObject({ state: 'live', failure: null });
    expect(served[2]?.lagSeconds).toBeGreaterThanOrEqual(40);
  });
});
