import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type TenantId } from '#libs/kernel';
import {
  connectDatabase,
  type Database,
  foldInMemory,
  inTenant,
  type PageRequest,
} from '#libs/read-db';
import {
  applyEvents,
  dialDeferred,
  type FreshDatabase,
  freshDatabase,
  leadReceived,
  storedEvent,
} from '#libs/testing';
import { dialQueueProjection, queuePage, type QueueFilter, type WaitingLead } from './index.js';

const now = '2026-01-05T12:00:00.000Z';
const PAGES_MAX = 100;

let fresh: FreshDatabase;
let api: Database;
let worker: Database;
let tenants = 0;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [dialQueueProjection] });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
});
afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

/** A lead as a test wants it; `dueInMs` null: held up for good. */
interface Wish {
  readonly source: string | null;
  readonly dueInMs: number | null;
  readonly obstacle: 'spacing' | 'suppressed';
}

const wish: fc.Arbitrary<Wish> = fc.record({
  source: fc.constantFrom('web', 'radio', 'tv', null),
  dueInMs: fc.option(fc.integer({ min: -5, max: 5 })),
  obstacle: fc.constantFrom('spacing', 'suppressed'),
});

/** Leads of a tenant of their own, some received at the same instant. */
async function aQueue(wishes: readonly Wish[]) {
  const number = (tenants += 1);
  const tenantId = `tenant-${number}` as TenantId;
  const events = wishes.flatMap(({ source, dueInMs, obstacle }, index) => {
    const leadId = `lead-${String(index).padStart(2, '0')}`;
    const receivedAt = new Date(Date.parse(now) - 60_000 - (index % 4)).toISOString();
    const at = dueInMs === null ? null : new Date(Date.parse(now) + dueInMs).toISOString();
    return [
      leadReceived({ leadId, source, receivedAt }),
      dialDeferred({ leadId, nextAllowedAt: at, obstacles: [obstacle] }),
    ];
  });
  const from = number * 10_000;
  const stored = events.map((event, index) =>
    storedEvent(event, BigInt(from + index), { tenantId }),
  );
  await applyEvents(worker, [dialQueueProjection], stored);
  return { tenantId, rows: foldInMemory(dialQueueProjection, stored) };
}

function page(tenantId: TenantId, filter: Partial<QueueFilter>, request: PageRequest) {
  return inTenant(api, tenantId, (transaction) =>
    queuePage(transaction, { now, mode: 'live', ...filter }, request),
  );
}

async function allPages(tenantId: TenantId, filter: Partial<QueueFilter>, limit: number) {
  const found: WaitingLead[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    // Time goes on between two pages; who is due is decided by the first one.
    const later = pages === 0 ? {} : { now: '2026-01-05T13:00:00.000Z' };
    const request = { limit, ...(cursor !== undefined && { cursor }) };
    const { items, nextCursor } = await page(tenantId, { ...filter, ...later }, request);
    expect(items.length).toBeLessThanOrEqual(limit);
    found.push(...items);
    if (nextCursor === null) return found;
    cursor = nextCursor;
  }
  throw new Error('the list does not end');
}

const idsOf = (leads: readonly WaitingLead[]) => leads.map(({ row }) => row.leadId);

describe('the pages of the dial queue', () => {
  it('are together what one page of everything is, without a gap or a repetition', async () => {
    const arbitrary = fc.record({
      wishes: fc.array(wish, { maxLength: 20 }),
      priorities: fc.dictionary(fc.constantFrom('web', 'radio'), fc.integer({ min: -2, max: 2 })),
      limit: fc.integer({ min: 1, max: 7 }),
      obstacle: fc.option(fc.constantFrom('spacing', 'suppressed'), { nil: undefined }),
      source: fc.option(fc.constantFrom('web', 'tv'), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ wishes, priorities, limit, obstacle, source }) => {
        const { tenantId, rows } = await aQueue(wishes);
        const filter = {
          priorities,
          ...(obstacle !== undefined && { obstacle }),
          ...(source !== undefined && { source }),
        } as const;
        const whole = await page(tenantId, filter, { limit: 200 });
        expect(whole.nextCursor).toBeNull();
        expect(await allPages(tenantId, filter, limit)).toEqual(whole.items);
        const due = (dueAt: string | null) => dueAt !== null && dueAt <= now;
        const wanted = rows.filter(
          (row) =>
            (source === undefined || row.source === source) &&
            (obstacle === undefined || (!due(row.dueAt) && row.obstacles.includes(obstacle))),
        );
        expect(idsOf(whole.items).toSorted()).toEqual(
          wanted.map(({ leadId }) => leadId).toSorted(),
        );
        for (const { row, isDue } of whole.items) expect(isDue).toBe(due(row.dueAt));
      }),
      { numRuns: 40 },
    );
  });

  it('list who is due first, then who waits for something, soonest first', async () => {
    const waits = (dueInMs: number | null): Wish => ({
      source: null,
      dueInMs,
      obstacle: 'spacing',
    });
    const { tenantId } = await aQueue([waits(null), waits(5), waits(-1), waits(2)]);
    const { items } = await page(tenantId, {}, {});
    expect(idsOf(items)).toEqual(['lead-02', 'lead-03', 'lead-01', 'lead-00']);
  });

  it('name one lead, if it waits', async () => {
    const { tenantId } = await aQueue([
      { source: null, dueInMs: 1, obstacle: 'spacing' },
      { source: 'web', dueInMs: -1, obstacle: 'spacing' },
    ]);
    for (const leadId of ['lead-00', 'lead-01']) {
      expect(idsOf((await page(tenantId, { leadId }, {})).items)).toEqual([leadId]);
    }
    expect((await page(tenantId, { leadId: 'lead-99' }, {})).items).toEqual([]);
  });

  it.each(['', 'nonsense', Buffer.from(`["${now}","due 0 x"]`).toString('base64url')])(
    'refuse a cursor that none of them gave out: %j',
    async (cursor) => {
      await expect(page('nobody' as TenantId, {}, { cursor })).rejects.toMatchObject({
        code: 'invalid_cursor',
      });
    },
  );
});
