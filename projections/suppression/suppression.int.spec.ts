import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SuppressionEvent } from '#libs/leads';
import { type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, foldInMemory, inTenant } from '#libs/read-db';
import {
  applyEvents,
  type FreshDatabase,
  freshDatabase,
  history,
  numberSuppressed,
} from '#libs/testing';
import { listSuppressions, suppressionProjection } from './index.js';

const lifted: SuppressionEvent = {
  type: 'SuppressionLifted',
  data: { entryId: 'phone-1', reason: 'mistake', liftedAt: '2026-01-06T12:00:00.000Z' },
};

const after = (...events: SuppressionEvent[]) =>
  foldInMemory(suppressionProjection, history(events));

describe('an entry of the suppression list', () => {
  it('is there as it was made', () => {
    const { data } = numberSuppressed();
    expect(after(numberSuppressed())).toEqual([{ tenantId: 'acme', ...data }]);
  });

  it('is gone once it was lifted, and back when it was made again', () => {
    expect(after(numberSuppressed(), lifted)).toEqual([]);
    const again = numberSuppressed({ reason: 'internal_dnc' });
    expect(after(numberSuppressed(), lifted, again)).toMatchObject([{ reason: 'internal_dnc' }]);
  });
});

describe('an entry that was made again', () => {
  const early = '2026-01-07T12:00:00.000Z';
  const pause = { reason: 'campaign pause', suppressedAt: '2026-01-06T12:00:00.000Z' };

  it('is shown as the stronger of the two, also from a log in which the last had won', () => {
    const weaker = numberSuppressed({ ...pause, expiresAt: early });
    expect(after(numberSuppressed(), weaker)).toEqual(after(numberSuppressed()));
    expect(after(weaker, numberSuppressed())).toMatchObject([
      { reason: 'opted_out', expiresAt: null },
    ]);
  });

  it('keeps its place in the list, so that no page misses it, unless it had ended', () => {
    const first = { reason: 'campaign pause', suppressedAt: pause.suppressedAt };
    const later = { reason: 'internal_dnc', suppressedAt: '2026-01-08T12:00:00.000Z' };
    const twice = (entry: typeof first & { expiresAt?: string }) =>
      after(numberSuppressed(entry), numberSuppressed(later));
    expect(twice(first)).toMatchObject([{ ...later, suppressedAt: first.suppressedAt }]);
    expect(twice({ ...first, expiresAt: early })).toMatchObject([later]);
  });
});

describe('the list', () => {
  let fresh: FreshDatabase;
  let api: Database;
  let worker: Database;

  beforeEach(async () => {
    fresh = await freshDatabase({ readModels: [suppressionProjection] });
    api = connectDatabase({ url: fresh.url, role: 'api', applicationName: 'spec' });
    worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  });

  afterEach(async () => {
    await Promise.all([api.close(), worker.close()]);
    await fresh.drop();
  });

  it('leaves out what no longer counts, and what is not this tenant’s', async () => {
    const expiresAt = '2026-02-01T00:00:00.000Z';
    await applyEvents(
      worker,
      [suppressionProjection],
      history([
        numberSuppressed(),
        numberSuppressed({ entryId: 'prefix', kind: 'prefix', phoneHash: null, prefix: '+1900' }),
        numberSuppressed({ entryId: 'later', suppressedAt: '2026-01-06T00:00:00.000Z', expiresAt }),
        lifted,
      ]),
    );
    const at = async (instant: string, tenantId = 'acme') => {
      const { items } = await inTenant(api, tenantId as TenantId, (transaction) =>
        listSuppressions(transaction, instant),
      );
      return items.map(({ entryId }) => entryId);
    };
    expect(await at('2026-01-31T23:59:59.999Z')).toEqual(['later', 'prefix']);
    expect(await at(expiresAt)).toEqual(['prefix']);
    expect(await at(expiresAt, 'zenith')).toEqual([]);
  });

  it('shows only what binds whom is asked for, and each name as it was spelled', async () => {
    const entries = [
      numberSuppressed({ entryId: 'everybody' }),
      numberSuppressed({ entryId: 'one', scope: 'seller', scopeName: 'Northwind' }),
      numberSuppressed({ entryId: 'two', scope: 'brand', scopeName: 'Acme' }),
    ];
    await applyEvents(worker, [suppressionProjection], history(entries, { tenantId: 'scoped' }));
    const namesOf = async (scope?: 'tenant' | 'brand' | 'seller') => {
      const { items } = await inTenant(api, 'scoped' as TenantId, (transaction) =>
        listSuppressions(
          transaction,
          '2026-04-01T00:00:00.000Z',
          scope === undefined ? {} : { scope },
        ),
      );
      return items.map(({ scopeName }) => scopeName).sort();
    };
    expect(await namesOf('seller')).toEqual(['Northwind']);
    expect(await namesOf('brand')).toEqual(['Acme']);
    expect(await namesOf('tenant')).toEqual([null]);
    expect(await namesOf()).toHaveLength(3);
  });

  it('is read page by page to its end', async () => {
    const ids = Array.from({ length: 5 }, (_, i) => `entry-${i}`);
    const entries = ids.map((entryId, i) =>
      // Two of one instant, so that the id has to tell them apart.
      numberSuppressed({
        entryId,
        suppressedAt: `2026-03-0${Math.ceil((i + 1) / 2)}T00:00:00.000Z`,
      }),
    );
    await applyEvents(worker, [suppressionProjection], history(entries, { tenantId: 'pager' }));
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const request = { limit: 2, ...(typeof cursor === 'string' && { cursor }) };
      const page = await inTenant(api, 'pager' as TenantId, (transaction) =>
        listSuppressions(transaction, '2026-04-01T00:00:00.000Z', request),
      );
      seen.push(...page.items.map(({ entryId }) => entryId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(ids.toReversed());
  });
});
