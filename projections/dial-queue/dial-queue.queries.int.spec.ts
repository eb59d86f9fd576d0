import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type DialObstacle, type DestinationWish } from '#libs/calls';
import { type TenantId } from '#libs/kernel';
import type { LeadStreamEvent } from '#libs/leads';
import {
  connectDatabase,
  type Database,
  foldInMemory,
  inTenant,
  type ProjectedEvent,
} from '#libs/read-db';
import {
  applyEvents,
  aVerdict,
  callAttempted,
  callEnded,
  dialDeferred,
  type FreshDatabase,
  freshDatabase,
  leadReceived,
  storedEvent,
} from '#libs/testing';
import {
  callingCount,
  type DialQueueRow,
  dialQueueProjection,
  type DialRequest,
  expiredWaiting,
  leadsOnCall,
  nextDueAt,
  nextToDial,
  queueTotals,
  waitingForDestination,
} from './index.js';

const acme = 'acme' as TenantId;
const now = '2026-01-05T12:00:00.000Z';
const later = '2026-01-05T15:00:00.000Z';

let fresh: FreshDatabase;
let api: Database;
let worker: Database;
let tenants = 0;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [dialQueueProjection] });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  await applyEvents(worker, [dialQueueProjection], [...queue(acme), ...queue('zenith', 1_000)]);
});

afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

/** When a lead came in: the higher its number, the later. */
const receivedAt = (number: number) => `2026-01-05T11:00:${String(number).padStart(2, '0')}.000Z`;

/** Leads 0 to 9: 3 is deferred, 5 never fit, 6 being called, 7 deferred for good, 9 a test. */
function queue(tenantId: string, from = 0): ProjectedEvent<LeadStreamEvent>[] {
  const received = Array.from({ length: 10 }, (_, number) =>
    leadReceived({
      ...{ leadId: `${tenantId}-${number}`, receivedAt: receivedAt(number) },
      source: ['web', 'radio', null][number % 3] ?? null,
      mode: number === 9 ? 'test' : 'live',
      verdict: number === 5 ? aVerdict('consent_missing') : aVerdict(),
    }),
  );
  const events = [
    ...received,
    dialDeferred({ leadId: `${tenantId}-3`, nextAllowedAt: later }),
    callAttempted({ leadId: `${tenantId}-6` }),
    dialDeferred({ leadId: `${tenantId}-7`, nextAllowedAt: null }),
  ];
  return events.map((event, index) => storedEvent(event, BigInt(from + index + 1), { tenantId }));
}

/** As the dialer asks, connected as the worker, who sees every tenant. */
async function next(request: Partial<DialRequest> = {}, tenantId: string = acme) {
  const rows = await inTenant(worker, tenantId as TenantId, (transaction) =>
    nextToDial(transaction, { now, limit: 50, ...request }),
  );
  return rows.map(({ leadId }) => Number(leadId.slice(tenantId.length + 1)));
}

describe('the leads to dial next', () => {
  it('are those that are due, the newest first, and of no other tenant', async () => {
    expect(await next()).toEqual([9, 8, 4, 2, 1, 0]);
    expect(await next({ limit: 2 })).toEqual([9, 8]);
    expect(await next({ mode: 'live' })).toEqual([8, 4, 2, 1, 0]);
    expect(await next({ mode: 'live' }, 'zenith')).toEqual([8, 4, 2, 1, 0]);
    expect(await next({}, 'nobody')).toEqual([]);
  });

  it('are not those that are looked at already', async () => {
    expect(await next({ excluding: [`${acme}-9`, `${acme}-4`] })).toEqual([8, 2, 1, 0]);
  });

  it('include a deferred one from its instant on', async () => {
    expect(await next({ now: later, mode: 'live' })).toEqual([8, 4, 3, 2, 1, 0]);
  });

  it('come by the priority of their source, before all else', async () => {
    expect(await next({ priorities: { radio: 5, web: -1 } })).toEqual([4, 1, 8, 2, 9, 0]);
    expect(await next({ priorities: { radio: 5, tv: 9 }, limit: 3 })).toEqual([4, 1, 9]);
  });

  it('are what sorting all of them would give', async () => {
    const arbitrary = fc.record({
      leads: fc.array(fc.record({ source: source(), dueInMs: fc.integer({ min: -9, max: 9 }) })),
      priorities: fc.dictionary(
        fc.constantFrom('web', 'radio', 'tv'),
        fc.integer({ min: -3, max: 3 }),
      ),
      limit: fc.integer({ min: 1, max: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ leads, priorities, limit }) => {
        const { events, tenantId } = anotherQueue(leads);
        await applyEvents(worker, [dialQueueProjection], events);
        const rows = await inTenant(worker, tenantId, (transaction) =>
          nextToDial(transaction, { now, limit, priorities }),
        );
        const all = foldInMemory(dialQueueProjection, events);
        expect(rows).toEqual(sorted(all, priorities).slice(0, limit));
      }),
      { numRuns: 40 },
    );
  });
});

describe('the leads that wait for a destination', () => {
  const tenantId = 'patient';
  const wish = { now, limit: 9, pausedSources: [], after: null };
  const waitingFor = async (more: Partial<DestinationWish> = {}) => {
    const places = await inTenant(worker, tenantId as TenantId, (transaction) =>
      waitingForDestination(transaction, { ...wish, ...more }),
    );
    return places.map(({ leadId }) => Number(leadId.slice(tenantId.length + 1)));
  };

  beforeAll(async () => {
    const waits: readonly [string | null, readonly DialObstacle[]][] = [
      [later, ['no_destination_open']],
      [null, ['no_destination_open']],
      [later, ['spacing', 'no_destination_open']],
      [later, ['spacing']],
      [now, ['no_destination_open']],
      [later, ['suppressed_for_all_sellers']],
    ];
    const events = waits.flatMap(([nextAllowedAt, obstacles], number) => {
      const leadId = `${tenantId}-${number}`;
      const source = number === 1 ? 'radio' : null;
      return [
        leadReceived({ leadId, source, receivedAt: receivedAt(number) }),
        dialDeferred({ leadId, nextAllowedAt, obstacles: [...obstacles] }),
      ];
    });
    tenants += 1;
    const from = BigInt(tenants * 10_000);
    const placed = events.map((event, at) => storedEvent(event, from + BigInt(at), { tenantId }));
    await applyEvents(worker, [dialQueueProjection], placed);
  });

  it('are those that are not due, whatever else they wait for, the newest first', async () => {
    expect(await waitingFor()).toEqual([5, 2, 1, 0]);
    expect(await waitingFor({ pausedSources: ['radio'] })).toEqual([5, 2, 0]);
  });

  it('are named page by page', async () => {
    const after = { at: receivedAt(5), leadId: `${tenantId}-5` };
    expect(await waitingFor({ limit: 1 })).toEqual([5]);
    expect(await waitingFor({ limit: 1, after })).toEqual([2]);
  });
});

const source = () => fc.constantFrom('web', 'radio', 'tv', null);

function anotherQueue(
  leads: readonly { readonly source: string | null; readonly dueInMs: number }[],
) {
  tenants += 1;
  const tenantId = `tenant-${tenants}` as TenantId;
  const events = leads.flatMap(({ source: from, dueInMs }, number) => {
    const leadId = `lead-${number}`;
    const dueAt = new Date(Date.parse(now) + dueInMs).toISOString();
    const received = leadReceived({ leadId, source: from, receivedAt: receivedAt(number % 7) });
    return [received, dialDeferred({ leadId, nextAllowedAt: dueAt })];
  });
  const from = BigInt(tenants * 10_000);
  return {
    tenantId,
    events: events.map((event, index) => storedEvent(event, from + BigInt(index), { tenantId })),
  };
}

function sorted(rows: readonly DialQueueRow[], priorities: Readonly<Record<string, number>>) {
  const rank = ({ source: from, receivedAt: at, leadId }: DialQueueRow) =>
    `${(from === null ? 0 : (priorities[from] ?? 0)) + 10} ${at} ${leadId}`.padStart(60, ' ');
  return rows
    .filter(({ dueAt }) => dueAt !== null && dueAt <= now)
    .sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
}

describe('the dial queue', () => {
  const ask = <Result>(what: Parameters<typeof inTenant<Result>>[2], database = worker) =>
    inTenant(database, acme, what);

  it('says when the next lead becomes due', async () => {
    expect(await ask((transaction) => nextDueAt(transaction, now))).toBe(later);
    expect(await ask((transaction) => nextDueAt(transaction, later))).toBeNull();
  });

  it('says how many are being called', async () => {
    expect(await ask((transaction) => callingCount(transaction))).toBe(1);
    expect(await ask(leadsOnCall)).toEqual([`${acme}-6`]);
    const ended = callEnded({ leadId: `${acme}-6`, endedAt: later });
    await applyEvents(worker, [dialQueueProjection], [storedEvent(ended, 9_000_000n)]);
    expect(await ask((transaction) => callingCount(transaction))).toBe(0);
  });

  it('names those whose 30 days are over, the oldest first', async () => {
    const expired = (at: string) =>
      ask((transaction) => expiredWaiting(transaction, { now: at, limit: 2 }));
    expect(await expired('2026-02-04T10:59:59.999Z')).toEqual([]);
    expect(await expired('2026-02-04T11:00:00.000Z')).toMatchObject([{ leadId: `${acme}-0` }]);
    expect(await expired('2026-02-05T00:00:00.000Z')).toHaveLength(2);
    const all = { now: '2026-02-05T00:00:00.000Z', limit: 50 };
    const leadIds = (await ask((transaction) => expiredWaiting(transaction, all))).map(
      ({ leadId }) => leadId,
    );
    expect(leadIds).toContain(`${acme}-8`);
    expect(leadIds).not.toContain(`${acme}-9`);
  });

  it('tells the api how many leads there are', async () => {
    const request = { now, mode: 'live' } as const;
    expect(await ask((transaction) => queueTotals(transaction, request), api)).toEqual({
      ...{ waiting: 8, blocked: 3, paused: 0, calling: 0 },
    });
  });
});
