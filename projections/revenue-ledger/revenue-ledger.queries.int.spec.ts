import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import {
  applyEvents,
  callBridged,
  callEnded,
  type FreshDatabase,
  freshDatabase,
  revenueConfirmed,
  revenueReversed,
  revenueRevised,
  storedEvent,
  transferRequested,
} from '#libs/testing';
import {
  ledgerByDay,
  type LedgerFilter,
  listLedgerEntries,
  revenueLedgerProjection,
} from './index.js';

const acme = 'acme' as TenantId;
const bridgedAt = '2026-01-06T23:30:00.000Z';
const estimate = { amountMinor: 3_000, currency: 'USD', billable: true, rule: 'fixed' };
const again = { fromMinor: 0, toMinor: 900, callAt: bridgedAt };

/** What the log learnt on the first days of the month, one event a day. */
const events: DomainEvent[] = [
  transferRequested({ requestedAt: bridgedAt }),
  callBridged({ bridgedAt }),
  callEnded({ disposition: 'transferred', transferId: 'transfer-1', estimate }),
  revenueConfirmed({ callAt: bridgedAt }),
  revenueRevised({ callAt: bridgedAt }),
  revenueReversed({ fromMinor: 7_000, toMinor: 0, callAt: bridgedAt, confirmed: false }),
  revenueConfirmed(again),
];
const dayOf = (index: number) => `2026-02-0${index + 1}T00:00:00.000Z`;

let fresh: FreshDatabase;
let api: Database;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [revenueLedgerProjection] });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  const ours = events.map((event, index) =>
    storedEvent(event, BigInt(index + 1), { recordedAt: dayOf(index) }),
  );
  const foreign = storedEvent(revenueConfirmed(), 100n, { tenantId: 'zenith' });
  await applyEvents(worker, [revenueLedgerProjection], [...ours, foreign]);
});

afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

const period = {
  ...{ from: '2026-01-06T00:00:00.000Z', to: '2026-01-07T00:00:00.000Z' },
  timeZone: 'UTC',
};
const asOf = async (at: string | null, timeZone = 'UTC', tenantId = acme) => {
  const days = await inTenant(api, tenantId, (transaction) =>
    ledgerByDay(transaction, { ...period, timeZone, asOf: at }),
  );
  return days.map(({ day, estimatedMinor, firstReportedMinor, confirmedMinor }) =>
    [day, estimatedMinor, firstReportedMinor, confirmedMinor].join(' '),
  );
};

describe('revenue as it was known', () => {
  it.each([
    [dayOf(1), ''],
    [dayOf(2), '2026-01-06 3000 0 0'],
    [dayOf(3), '2026-01-06 3000 4500 4500'],
    [dayOf(4), '2026-01-06 3000 4500 7000'],
    [dayOf(5), '2026-01-06 3000 4500 0'],
    [null, '2026-01-06 3000 4500 900'],
  ])('at %s was %p: as estimated, as first reported, as then known', async (at, expected) => {
    expect((await asOf(at)).join()).toBe(expected);
  });

  it('is of days of a zone, and of nobody else', async () => {
    expect(await asOf(null, 'Europe/Berlin')).toEqual(['2026-01-07 3000 4500 900']);
    expect(await asOf(null, 'UTC', 'zenith' as TenantId)).toEqual(['2026-01-06 0 4500 4500']);
  });
});

describe('entries of the ledger', () => {
  const list = (filter: LedgerFilter, cursor?: string) =>
    inTenant(api, acme, (transaction) =>
      listLedgerEntries(transaction, filter, {
        ...{ limit: 3, ...(cursor !== undefined && { cursor }) },
      }),
    );

  it('come in pages, the last recorded first', async () => {
    const first = await list({ transferId: 'transfer-1', ...period });
    expect(first.items.map(({ kind }) => kind)).toEqual(['confirmed', 'reversed', 'revised']);
    const second = await list({ transferId: 'transfer-1' }, first.nextCursor!);
    expect(second.items.map(({ kind }) => kind)).toEqual(['confirmed', 'estimated']);
    expect(second.nextCursor).toBeNull();
  });

  it('can be narrowed down', async () => {
    expect((await list({ destinationId: 'buyer-9' })).items).toEqual([]);
    expect((await list({ leadId: 'lead-1', from: period.to })).items).toEqual([]);
  });
});
