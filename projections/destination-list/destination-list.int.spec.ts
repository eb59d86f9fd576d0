import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DestinationEvent, DestinationSettings } from '#events/calls';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, foldInMemory, inTenant } from '#libs/read-db';
import { applyEvents, type FreshDatabase, freshDatabase, history } from '#libs/testing';
import { destinationListProjection, listDestinations } from './index.js';

const ADDED_AT = '2026-11-28T12:00:00.000Z';
const CHANGED_AT = '2026-11-29T12:00:00.000Z';

const settings = (changes: Partial<DestinationSettings> = {}): DestinationSettings => ({
  name: 'Northwind Insurance',
  brandName: null,
  address: { kind: 'phone', value: '+12125550142', sendDigits: null },
  schedule: {
    ...{ timeZone: 'America/New_York', closedOn: ['2026-12-25'], expiresAt: null },
    offHours: 'queue' as const,
    standInId: null,
    hours: { monday: [{ from: '09:00', to: '17:00' }] },
  },
  caps: {
    ...{ hour: null, day: 40, week: null, month: null, total: null, concurrent: 3 },
    spacingSeconds: null,
  },
  payout: { model: 'fixed', currency: 'USD', billableSeconds: 90, amountMinor: 2_500, tiers: [] },
  ...{ whisper: null, acceptKey: '1', ringSeconds: 30, detectMachines: true },
  ...{ priority: 1, weight: 1, presentsConsumer: false },
  filter: { op: 'and', rules: [{ field: 'lead.state', op: 'eq', value: 'TX' }] },
  ...changes,
});
const added = (destinationId = 'one', addedAt = ADDED_AT): DestinationEvent => ({
  type: 'DestinationAdded',
  data: { destinationId, settings: settings(), reason: null, addedAt },
});
const changed: DestinationEvent = {
  type: 'DestinationChanged',
  data: {
    ...{ destinationId: 'one', before: settings(), after: settings({ weight: 4 }) },
    ...{ reason: 'renegotiated', changedAt: CHANGED_AT },
  },
};
const why = { destinationId: 'one', reason: null };
const paused: DestinationEvent = {
  type: 'DestinationPaused',
  data: { ...why, pausedAt: CHANGED_AT },
};
const resumed: DestinationEvent = {
  type: 'DestinationResumed',
  data: { ...why, resumedAt: CHANGED_AT },
};
const retired = (destinationId = 'one'): DestinationEvent => ({
  type: 'DestinationRetired',
  data: { ...why, destinationId, retiredAt: CHANGED_AT },
});

const after = (...events: DestinationEvent[]) =>
  foldInMemory(destinationListProjection, history(events));

describe('a destination in the list', () => {
  it('is there as it was added', () => {
    expect(after(added())).toEqual([
      {
        ...{ tenantId: 'acme', destinationId: 'one', status: 'active', version: 1 },
        ...{ settings: settings(), addedAt: ADDED_AT, changedAt: ADDED_AT },
      },
    ]);
  });

  it('is shown as it is configured now, in the version of its last event', () => {
    expect(after(added(), changed)).toMatchObject([
      { version: 2, settings: settings({ weight: 4 }), addedAt: ADDED_AT, changedAt: CHANGED_AT },
    ]);
  });

  it.each([
    ['paused', [paused]],
    ['active', [paused, resumed]],
    ['paused', [paused, changed]],
    ['retired', [paused, retired()]],
  ])('is %s after what happened to it', (status, events) => {
    const version = events.length + 1;
    expect(after(added(), ...events)).toMatchObject([{ status, version }]);
  });
});

describe('the list', () => {
  let fresh: FreshDatabase;
  let api: Database;
  let worker: Database;

  beforeEach(async () => {
    fresh = await freshDatabase({ readModels: [destinationListProjection] });
    api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
    worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  });
  afterEach(async () => {
    await Promise.all([api.close(), worker.close()]);
    await fresh.drop();
  });

  const apply = (events: DestinationEvent[]) =>
    applyEvents(worker, [destinationListProjection], history(events));
  const listed = (
    ...args: Parameters<typeof listDestinations> extends [unknown, ...infer R] ? R : []
  ) => inTenant(api, 'acme' as TenantId, (transaction) => listDestinations(transaction, ...args));

  it('leaves retired ones out unless they are asked for, and those of others always', async () => {
    await apply([added('one'), added('two'), added('three'), paused, retired('two')]);
    const idsOf = async (...args: Parameters<typeof listed>) =>
      (await listed(...args)).items.map(({ destinationId }) => destinationId);
    expect(await idsOf()).toEqual(['three', 'one']);
    expect(await idsOf({ status: 'retired' })).toEqual(['two']);
    expect(await idsOf({ status: 'paused' })).toEqual(['one']);
    const others = await inTenant(api, 'zenith' as TenantId, (transaction) =>
      listDestinations(transaction),
    );
    expect(others.items).toEqual([]);
  });

  it('gives the configuration back as it was recorded', async () => {
    await apply([added()]);
    expect((await listed()).items).toEqual(after(added()));
  });

  it('is read page by page to its end', async () => {
    const ids = Array.from({ length: 5 }, (_, i) => `destination-${i}`);
    // Two of one instant, so that the id has to tell them apart.
    const instant = (i: number) => `2026-11-0${Math.ceil((i + 1) / 2)}T00:00:00.000Z`;
    await apply(ids.map((id, i) => added(id, instant(i))));
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await listed({}, { limit: 2, ...(typeof cursor === 'string' && { cursor }) });
      seen.push(...page.items.map(({ destinationId }) => destinationId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids.toReversed());
  });
});
