import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FeedbackEvent } from '#events/revenue';
import { type DomainEvent, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database, inTenant } from '#libs/read-db';
import { applyEvents, type FreshDatabase, freshDatabase, storedEvent } from '#libs/testing';
import { type FeedbackFilter, leadFeedbackProjection, listFeedback } from './index.js';

type Received = Extract<FeedbackEvent, { type: 'FeedbackReceived' }>['data'];

const at = (minute: number) => `2026-01-06T16:0${minute}:00.000Z`;

function received(feedbackId: string, minute: number, status: Received['reading']['status']) {
  const reading = { mapVersion: '1.0', format: 'json', ids: [], status, warnings: [] };
  const data = { feedbackId, tokenId: 'token-1', destinationId: null, receivedAt: at(minute) };
  return { type: 'FeedbackReceived', data: { ...data, reading } } as unknown as DomainEvent;
}

const placed = (feedbackId: string): DomainEvent => ({
  type: 'FeedbackPlaced',
  data: { feedbackId, leadId: 'lead-1', transferId: null, outcome: 'revised', placedAt: at(5) },
});
const unplaced = (feedbackId: string): DomainEvent => ({
  type: 'FeedbackLeftUnplaced',
  data: { feedbackId, unplacedReason: 'unknown_id', decidedAt: at(4) },
});

let fresh: FreshDatabase;
let worker: Database;

beforeAll(async () => {
  fresh = await freshDatabase({ readModels: [leadFeedbackProjection] });
  worker = connectDatabase({ url: fresh.url, role: 'worker', applicationName: 'spec' });
  const events = [
    ...[received('a', 1, 'accepted'), unplaced('a'), placed('a')],
    ...[received('b', 2, 'rejected'), unplaced('b'), received('c', 3, null)],
  ];
  const stored = events.map((event, index) => storedEvent(event, BigInt(index + 1)));
  const foreign = storedEvent(received('x', 1, 'accepted'), 99n, { tenantId: 'zenith' });
  await applyEvents(worker, [leadFeedbackProjection], [...stored, foreign]);
});
afterAll(async () => {
  await worker.close();
  await fresh.drop();
});

const listed = async (filter: FeedbackFilter = {}) => {
  const { items } = await inTenant(worker, 'acme' as TenantId, (each) =>
    listFeedback(each, filter),
  );
  return items.map(({ feedbackId, standing }) => `${feedbackId} ${standing}`);
};

describe('what buyers said of leads', () => {
  it('is listed newest first, with what has become of it', async () => {
    expect(await listed()).toEqual(['c received', 'b unmatched', 'a revised']);
  });

  it('is found by what has become of it, why, what it says, and the lead', async () => {
    expect(await listed({ standing: 'unmatched', reason: 'unknown_id' })).toEqual(['b unmatched']);
    expect(await listed({ status: 'accepted', leadId: 'lead-1' })).toEqual(['a revised']);
    expect(await listed({ tokenId: 'token-2' })).toEqual([]);
  });

  it('goes on where a page ended', async () => {
    const pages = await inTenant(worker, 'acme' as TenantId, async (each) => {
      const first = await listFeedback(each, {}, { limit: 2 });
      const rest = await listFeedback(each, {}, { limit: 2, cursor: first.nextCursor ?? '' });
      return [first, rest].map(({ items }) => items.map(({ feedbackId }) => feedbackId));
    });
    expect(pages).toEqual([['c', 'b'], ['a']]);
  });
});
