import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import {
  connectDatabase,
  countDeadLetters,
  type Database,
  inTenant,
  listDeadLetters,
  showDeadLetter,
} from '../index.js';

let fresh: FreshDatabase;
let worker: Database;
let api: Database;

beforeAll(async () => {
  fresh = await freshDatabase();
  const { url } = fresh;
  worker = connectDatabase({ url, role: 'worker', applicationName: 'spec' });
  api = connectDatabase({ url, role: 'api', applicationName: 'spec' });
  await park('lead_list', 1, 'acme/1', [10, 20, 30], 'acme', '2026-01-05T12:00:00.001Z');
  await park('lead_list', 1, 'zenith/2', [15], 'zenith', '2026-01-05T12:00:00.002Z');
  await park('lead_list', 2, 'acme/1', [10], 'acme', '2026-01-05T12:00:00.002Z');
  await park('dedupe', 1, 'stream:lead-3', [40], '-', '2026-01-05T12:00:00.003Z');
  await worker.pool.query(
    `update projection_dead_letter set state = 'skipped', handled_by = 'ops', note = 'why'
      where name = 'lead_list' and build = 1 and position = 10`,
  );
});

afterAll(async () => {
  await Promise.all([worker.close(), api.close()]);
  await fresh.drop();
});

async function park(
  name: string,
  build: number,
  key: string,
  positions: readonly number[],
  tenantId: string,
  at: string,
): Promise<void> {
  await worker.pool.query(
    `insert into projection_dead_letter
            (name, build, key, position, tenant_id, event_id, event_type, stream, revision, reason,
             parked_at)
     select $1, $2, $3, p, $5, 'event-' || p, 'Paid', 'stream', p, 'bad', $6
       from unnest($4::bigint[]) as p`,
    [name, build, key, positions, tenantId, at],
  );
}

describe('the list of dead letters', () => {
  it('has a row for each key, those parked last first, and the first event of each', async () => {
    const { items, nextCursor } = await listDeadLetters(api);
    expect(
      items.map(({ name, build, key, position, letters }) => [name, build, key, position, letters]),
    ).toEqual([
      ['dedupe', 1, 'stream:lead-3', 40n, 1],
      ['lead_list', 2, 'acme/1', 10n, 1],
      ['lead_list', 1, 'zenith/2', 15n, 1],
      ['lead_list', 1, 'acme/1', 20n, 2],
    ]);
    expect(nextCursor).toBeNull();
    expect(items.map(({ tenantId }) => tenantId)).toEqual([null, 'acme', 'zenith', 'acme']);
  });

  it('comes in pages that neither lose nor repeat a key', async () => {
    const keys: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await listDeadLetters(api, { limit: 1, ...(cursor !== null && { cursor }) });
      keys.push(...page.items.map(({ name, build, key }) => `${name} ${build} ${key}`));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(keys).toEqual([
      'dedupe 1 stream:lead-3',
      'lead_list 2 acme/1',
      'lead_list 1 zenith/2',
      'lead_list 1 acme/1',
    ]);
  });

  it('can be of one projection, one build, or of what was given up', async () => {
    const keys = async (filter: object) =>
      (await listDeadLetters(api, filter)).items.map(({ build, key }) => `${build} ${key}`);
    expect(await keys({ name: 'dedupe' })).toEqual(['1 stream:lead-3']);
    expect(await keys({ name: 'lead_list', build: 2 })).toEqual(['2 acme/1']);
    expect(await keys({ state: 'skipped' })).toEqual(['1 acme/1']);
  });
});

describe('the letters of a key', () => {
  it('are shown in the order of the log, skipped ones included', async () => {
    const letters = await showDeadLetter(api, { name: 'lead_list', build: 1, key: 'acme/1' });
    expect(letters.map(({ position, state }) => [position, state])).toEqual([
      [10n, 'skipped'],
      [20n, 'parked'],
      [30n, 'parked'],
    ]);
    expect(letters[0]).toMatchObject({ handledBy: 'ops', note: 'why', eventId: 'event-10' });
  });
});

describe('the count of dead letters', () => {
  it('tells events apart that wait and that were given up', async () => {
    expect(await countDeadLetters(api)).toEqual([
      { name: 'dedupe', build: 1, keys: 1, parked: 1, skipped: 0 },
      { name: 'lead_list', build: 1, keys: 2, parked: 3, skipped: 1 },
      { name: 'lead_list', build: 2, keys: 1, parked: 1, skipped: 0 },
    ]);
  });

  it('counts an event once that waits under two keys', async () => {
    await park('both', 1, 'acme/x', [70, 80], 'acme', '2026-01-05T12:00:00Z');
    await park('both', 1, 'acme/y', [80], 'acme', '2026-01-05T12:00:00Z');
    const counts = await countDeadLetters(api);
    expect(counts.find(({ name }) => name === 'both')).toMatchObject({ keys: 2, parked: 2 });
    await worker.pool.query(`delete from projection_dead_letter where name = 'both'`);
  });
});

describe('dead letters of other tenants', () => {
  it('are hidden from whoever does not ask as an operator, on the same connections, too', async () => {
    const visible = (tenantId: string) =>
      inTenant(api, tenantId as TenantId, (transaction) =>
        transaction
          .selectFrom('projectionDeadLetter')
          .select('tenantId')
          .distinct()
          .orderBy('tenantId')
          .execute(),
      );
    await listDeadLetters(api);
    expect(await visible('acme')).toEqual([{ tenantId: 'acme' }]);
    expect((await api.pool.query('select from projection_dead_letter')).rowCount).toBe(0);
    await expect(api.pool.query('delete from projection_dead_letter')).rejects.toMatchObject({
      code: '42501',
    });
  });
});
