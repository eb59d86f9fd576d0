import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import {
  applyEvents,
  aTransferReport,
  type FreshDatabase,
  freshDatabase,
  postbackDetached,
  postbackMatched,
  revenueConfirmed,
  storedEvent,
} from '#libs/testing';
import {
  listTransferRevenue,
  reportRevenue,
  type KnownTransfers,
  type RevenueReportRequest,
  type TransferRevenueFilter,
  transferRevenueOf,
  transferRevenueProjection,
  unconfirmedByAge,
} from './index.js';
import { transfer, transfersOfJanuary } from './transfer-revenue.fixtures.js';

const acme = 'acme' as TenantId;
const projections = [transferRevenueProjection];

let fresh: FreshDatabase;
let api: Database;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: projections });
  api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  const ours = transfersOfJanuary().map((event, index) => storedEvent(event, BigInt(index + 1)));
  const theirs = transfer('foreign', '2026-01-06T16:00:00.000Z');
  const foreign = theirs.map((event, index) =>
    storedEvent(event, BigInt(index + 500), { tenantId: 'zenith' }),
  );
  await applyEvents(worker, projections, [...ours, ...foreign]);
});

afterAll(async () => {
  await Promise.all([api.close(), worker.close()]);
  await fresh.drop();
});

const january: RevenueReportRequest = {
  ...{ mode: 'live', from: '2026-01-06T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' },
  ...{
    timeZone: 'UTC',
    by: [],
    byCampaign: [],
    filter: {},
    limit: 1_000,
    asOf: null,
    sense: 'now',
  },
};
const ever: KnownTransfers = {
  ...{ mode: 'live', from: '-infinity', to: 'infinity', asOf: null, sense: 'now' },
};
const ask = (request: Partial<RevenueReportRequest>, tenantId = acme) =>
  inTenant(api, tenantId, (transaction) => reportRevenue(transaction, { ...january, ...request }));
const list = async (
  filter: TransferRevenueFilter,
  wanted: Partial<KnownTransfers> = {},
  tenantId = acme,
) => {
  const page = await inTenant(api, tenantId, (transaction) =>
    listTransferRevenue(transaction, { ...ever, ...wanted }, filter),
  );
  return page.items.map(({ transferId }) => transferId);
};

const whole = {
  ...{ day: null, hour: null, destinationId: null, destinationName: null, buyer: null },
  ...{ source: null, campaign: [] },
};

describe('the revenue report', () => {
  it('adds up a period, amounts in other currencies apart', async () => {
    expect(await ask({})).toEqual([
      {
        ...{ ...whole, currency: 'EUR', transfers: 0, bridged: 0, billable: 0, confirmed: 1 },
        bridgedConfirmed: 0,
        ...{ estimatedMinor: 0n, confirmedMinor: 2_000n, outstandingMinor: 0n },
        ...{ varianceMinor: 2_000n, revisedMinor: 0n, uncountedMinor: 0n },
      },
      {
        ...{ ...whole, currency: 'USD', transfers: 4, bridged: 4, billable: 4, confirmed: 1 },
        bridgedConfirmed: 2,
        ...{ estimatedMinor: 12_000n, confirmedMinor: 4_000n, outstandingMinor: 6_000n },
        ...{ varianceMinor: 1_000n, revisedMinor: -500n, uncountedMinor: 0n },
      },
    ]);
  });

  it('shows money that counts for nothing in its currency, until it counts after all', async () => {
    const tenantId = 'maple' as TenantId;
    const first = { transferId: 'm-1', leadId: 'lead-1' };
    const cad = aTransferReport({ postbackId: 'hit-2', currency: 'CAD', payoutMinor: 3_100 });
    const tell = (from: number, ...told: DomainEvent[]) =>
      applyEvents(
        worker,
        projections,
        told.map((event, index) => storedEvent(event, BigInt(from + index), { tenantId })),
      );
    await tell(
      1_000,
      ...transfer('m-1', '2026-01-06T16:00:00.000Z'),
      postbackMatched({ ...first, report: aTransferReport() }),
      revenueConfirmed(first),
      postbackMatched({ ...first, report: cad }),
    );
    const figures = async () =>
      (await ask({}, tenantId)).map((line) => [line.currency, line.transfers, line.uncountedMinor]);
    expect(await figures()).toEqual([
      ['CAD', 0, 3_100n],
      ['USD', 1, 0n],
    ]);
    expect(await list({ currency: 'CAD' }, {}, tenantId)).toEqual(['m-1']);
    await tell(2_000, postbackDetached({ ...first, postbackId: 'hit-1' }));
    expect(await figures()).toEqual([['USD', 1, 0n]]);
  });

  it('is told apart by days of a zone, also one that is off by half an hour', async () => {
    const days = async (timeZone: string) =>
      (await ask({ by: ['day'], timeZone }))
        .filter(({ currency }) => currency === 'USD')
        .map(({ day, transfers }) => [day, transfers]);
    expect(await days('UTC')).toEqual([
      ['2026-01-06', 3],
      ['2026-01-07', 1],
    ]);
    expect(await days('America/Chicago')).toEqual([['2026-01-06', 4]]);
    expect(await days('Asia/Kolkata')).toEqual([
      ['2026-01-06', 2],
      ['2026-01-07', 2],
    ]);
  });

  it('is told apart by local hours and by values of the campaign', async () => {
    const hours = await ask({ by: ['hour'], timeZone: 'Asia/Kolkata' });
    expect(hours.map(({ hour, currency, transfers }) => [hour, currency, transfers])).toEqual([
      ['2026-01-06T15:30:00.000Z', 'USD', 1],
      ['2026-01-06T16:30:00.000Z', 'EUR', 0],
      ['2026-01-06T16:30:00.000Z', 'USD', 1],
      ['2026-01-06T18:30:00.000Z', 'USD', 1],
      ['2026-01-06T23:30:00.000Z', 'USD', 1],
    ]);
    const campaigns = await ask({ byCampaign: ['utm_source', "it's"] });
    expect(campaigns.map(({ campaign, transfers }) => [...campaign, transfers])).toEqual([
      ['mail', null, 1],
      [null, null, 0],
      [null, null, 3],
    ]);
  });

  it('can be narrowed down as the list of transfers can', async () => {
    expect(await ask({ filter: { destinationId: 'buyer-2' } })).toMatchObject([{ transfers: 1 }]);
    expect(await ask({ filter: { source: null, confirmed: false } })).toMatchObject([
      { transfers: 1, confirmed: 0 },
    ]);
  });

  it('shows what was reported first, if asked for that', async () => {
    const first = await ask({ sense: 'first_reported', filter: { currency: 'USD' } });
    expect(first.find(({ currency }) => currency === 'USD')).toMatchObject({
      ...{ confirmedMinor: 4_500n, revisedMinor: 0n, transfers: 4, confirmed: 1 },
    });
  });

  it('is told apart by destination, buyer and source', async () => {
    const told = async (...by: RevenueReportRequest['by'][number][]) =>
      (await ask({ by })).filter(({ currency }) => currency === 'USD');
    expect(await told('destination')).toMatchObject([
      { destinationId: 'buyer-1', destinationName: 'Bright Solar', transfers: 3 },
      { destinationId: 'buyer-2', destinationName: 'Café Sun', transfers: 1, confirmed: 0 },
    ]);
    expect(await told('buyer')).toMatchObject([
      { buyer: 'Bright', transfers: 2, confirmed: 1 },
      { buyer: null, transfers: 2 },
    ]);
    expect(await told('source', 'day')).toMatchObject([
      { source: 'my-webform', day: '2026-01-06', transfers: 1 },
      { source: null, day: '2026-01-06', transfers: 2 },
      { source: 'my-webform', day: '2026-01-07', transfers: 1 },
    ]);
  });

  it('keeps test leads and other tenants apart', async () => {
    expect(await ask({ mode: 'test' })).toMatchObject([{ transfers: 1 }]);
    expect(await ask({}, 'zenith' as TenantId)).toMatchObject([{ transfers: 1 }]);
    expect(await ask({}, 'nobody' as TenantId)).toEqual([]);
  });
});

describe('transfers with what they are worth', () => {
  it('come latest call first and can be narrowed down', async () => {
    expect(await list({})).toEqual(['t-4', 't-3', 't-2', 't-1', 't-6']);
    expect(await list({ state: 'revised' })).toEqual(['t-1']);
    expect(await list({ destinationId: 'buyer-2' })).toEqual(['t-3']);
    expect(await list({ leadId: 'lead-2', billable: true })).toEqual(['t-3', 't-2']);
    const period = { from: '2026-01-06T17:00:00.000Z', to: '2026-01-07T00:00:00.000Z' };
    expect(await list({}, period)).toEqual(['t-3', 't-2']);
    expect(await list({ source: null })).toEqual(['t-3', 't-2']);
    expect(await list({ buyer: null, bridged: true })).toEqual(['t-4', 't-3']);
    expect(await list({ currency: 'EUR', confirmed: true })).toEqual(['t-2']);
    expect(await list({ campaign: { utm_source: 'mail' } })).toEqual(['t-4']);
    expect(await list({ campaign: { utm_source: null }, destinationId: 'buyer-2' })).toEqual([
      't-3',
    ]);
    expect(await list({}, {}, 'zenith' as TenantId)).toEqual(['foreign']);
  });

  it('come in pages', async () => {
    const page = (cursor?: string) =>
      inTenant(api, acme, (transaction) =>
        listTransferRevenue(
          transaction,
          ever,
          {},
          { limit: 4, ...(cursor !== undefined && { cursor }) },
        ),
      );
    const first = await page();
    const second = await page(first.nextCursor!);
    expect(second).toMatchObject({ items: [{ transferId: 't-6' }], nextCursor: null });
  });

  it('are found by their id', async () => {
    const find = (transferId: string) =>
      inTenant(api, acme, (transaction) => transferRevenueOf(transaction, transferId));
    expect(await find('t-1')).toMatchObject({ confirmedMinor: 4_000n });
    expect(await find('foreign')).toBeNull();
  });
});

describe('transfers that nobody has confirmed', () => {
  it.each([
    ['2026-01-07T18:30:00.000Z', ['under_24_h 2 6000']],
    ['2026-01-07T18:30:00.001Z', ['over_24_h 1 3000', 'under_24_h 1 3000']],
    ['2026-01-09T18:30:00.001Z', ['over_72_h 1 3000', 'over_24_h 1 3000']],
    ['2026-03-01T00:00:00.000Z', ['over_30_d 2 6000']],
  ])('at %s are as old as %j', async (now, expected) => {
    const found = await inTenant(api, acme, (transaction) =>
      unconfirmedByAge(transaction, ever, now),
    );
    const told = found.map(({ age, transfers, estimatedMinor }) =>
      [age, transfers, estimatedMinor].join(' '),
    );
    expect(told).toEqual(expected);
  });
});
