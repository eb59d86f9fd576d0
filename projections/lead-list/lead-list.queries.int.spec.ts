import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant, type ProjectedEvent } from '#libs/read-db';
import {
  applyEvents,
  aVerdict,
  type FreshDatabase,
  freshDatabase,
  leadReceived,
  storedEvent,
} from '#libs/testing';
import { type LeadListFilter, leadListProjection, listLeads } from './index.js';

const acme = 'acme' as TenantId;
const zenith = 'zenith' as TenantId;

let fresh: FreshDatabase;
let api: Database;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [leadListProjection] });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  await applyEvents(worker, [leadListProjection], [...leads(), foreignLead()]);
});

afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

/** Leads 0 to 9, two per second; every third is eligible. */
function leads(): ProjectedEvent[] {
  return Array.from({ length: 10 }, (_, index) => {
    const received = leadReceived({
      leadId: `lead-${index}`,
      phoneHash: `phone-${index % 5}`,
      source: index < 5 ? 'web' : null,
      state: index === 4 ? 'CA' : 'TX',
      mode: index === 9 ? 'test' : 'live',
      receivedAt: `2026-01-05T12:00:0${Math.floor(index / 2)}.000Z`,
      verdict: index % 3 === 0 ? aVerdict() : aVerdict('consent_missing'),
    });
    return storedEvent(received, BigInt(index + 1) * 10n);
  });
}

function foreignLead(): ProjectedEvent {
  return storedEvent(leadReceived({ leadId: 'lead-x' }), 200n, { tenantId: zenith });
}

async function idsOf(filter: LeadListFilter, tenantId = acme) {
  const { items } = await inTenant(api, tenantId, (transaction) => listLeads(transaction, filter));
  return items.map(({ leadId }) => Number(leadId.slice('lead-'.length)));
}

const pageOf = (limit: number, cursor?: string) =>
  inTenant(api, acme, (transaction) =>
    listLeads(transaction, {}, { limit, ...(cursor !== undefined && { cursor }) }),
  );

describe("a tenant's leads", () => {
  it('come newest first, and no others', async () => {
    expect(await idsOf({})).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    const { items } = await inTenant(api, zenith, (transaction) => listLeads(transaction, {}));
    expect(items).toMatchObject([{ tenantId: 'zenith', leadId: 'lead-x', revision: 0n }]);
  });

  it('can be narrowed down by what they are', async () => {
    expect(await idsOf({ status: 'new' })).toEqual([9, 6, 3, 0]);
    expect(await idsOf({ mode: 'test' })).toEqual([9]);
    expect(await idsOf({ source: 'web', status: 'ineligible' })).toEqual([4, 2, 1]);
    expect(await idsOf({ state: 'CA' })).toEqual([4]);
    expect(await idsOf({ phoneHash: 'phone-1' })).toEqual([6, 1]);
    expect(await idsOf({ phoneHash: "' or true --" })).toEqual([]);
  });

  it('can be narrowed down to a time, its end excluded', async () => {
    const receivedFrom = '2026-01-05T12:00:01.000Z';
    const receivedTo = '2026-01-05T12:00:03.000Z';
    expect(await idsOf({ receivedFrom, receivedTo })).toEqual([5, 4, 3, 2]);
  });
});

describe('a page of leads', () => {
  it('begins where the one before ended, although leads come in meanwhile', async () => {
    const first = await pageOf(3);
    const newer = leadReceived({ leadId: 'lead-10', receivedAt: '2026-01-06T00:00:00.000Z' });
    await applyEvents(worker, [leadListProjection], [storedEvent(newer, 300n)]);
    const rest: string[] = [];
    let cursor = first.nextCursor;
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof pageOf>> = await pageOf(3, cursor);
      rest.push(...page.items.map(({ leadId }) => leadId));
      cursor = page.nextCursor;
    }
    expect(first.items.map(({ leadId }) => leadId)).toEqual(['lead-9', 'lead-8', 'lead-7']);
    expect(rest).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `lead-${index}`));
  });

  it('has 1 to 200 leads', async () => {
    expect((await pageOf(0)).items).toHaveLength(1);
    expect((await pageOf(1_000)).items).toHaveLength(11);
  });

  it.each([
    '',
    'nonsense',
    '%%%',
    encoded(['x', 'y']),
    encoded(['2026-99-99T00:00:00.000Z', 'y']),
    encoded({}),
  ])('is refused for the cursor %p', async (cursor) => {
    await expect(pageOf(3, cursor)).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  function encoded(value: unknown): string {
    return Buffer.from(JSON.stringify(value)).toString('base64url');
  }
});
