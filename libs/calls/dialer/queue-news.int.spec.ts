import { randomUUID } from 'node:crypto';
import { type NewEvent } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { startTestEventStore, type TestEventStore, until } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aLead } from '../domain/calls.fixtures.js';
import { type News, QueueNews } from './queue-news.js';

let log: TestEventStore;
let news: QueueNews;
let heard: number;
/** What was said of them. */
let told: News[];

beforeEach(async () => {
  log = await startTestEventStore();
  [heard, told] = [0, []];
  news = new QueueNews(log.store, (one) => {
    heard += 1;
    if (one.kind !== 'other') told.push(one);
  });
});
afterEach(async () => {
  await news.rest();
  await log.close();
});

/** Appends an event of this type to a stream of its own; resolves to where it is. */
async function happens(type: string, data: object = {}, schemaVersion = 1): Promise<bigint> {
  const id = randomUUID();
  const event: NewEvent = {
    ...{ id, type, data: data as Record<string, unknown> },
    metadata: {
      ...{ schemaVersion, tenantId: 'acme' as TenantId, actor: { kind: 'system', id: 'spec' } },
      occurredAt: '2026-01-05T12:00:00.000Z',
      ...{ commandId: id, $correlationId: id, $causationId: id },
    },
  };
  return (await log.store.append(`lead-${id}`, 'no_stream', [event])).position;
}

const untilAt = (position: bigint) =>
  until(`news of ${position}`, () => news.position === position);

describe('news of the queue', () => {
  it('are heard of what may make somebody due, and of nothing else that happens', async () => {
    await happens('LeadReceived');
    await news.listen();
    await happens('QuestionAnswered');
    await happens('LeadDeduplicated');
    await untilAt(await happens('CallEnded'));
    await untilAt(await happens('LeadReceived'));
    expect(heard).toBeGreaterThanOrEqual(2);
  });

  it('say who came in, of those who may be dialed', async () => {
    await news.listen();
    const version = 2;
    await happens('LeadReceived', aLead({ leadId: 'test', mode: 'test' }).data, version);
    const last = await happens('LeadReceived', aLead({ leadId: 'live' }).data, version);
    await untilAt(last);
    const arrival = { tenantId: 'acme', leadId: 'live' };
    expect(told).toMatchObject([{ kind: 'arrived', arrival }]);
  });

  it('say which tenant may hand a consumer to a seller again, not whom nobody is kept from', async () => {
    await news.listen();
    const number = 'n'.repeat(43);
    const lifted = { reason: 'asked_for', liftedAt: '2026-01-05T12:00:00.000Z' };
    await happens('SuppressionLifted', { entryId: number, ...lifted });
    await happens('SuppressionLifted', { entryId: `${number}.b${'x'.repeat(16)}`, ...lifted });
    const ofSeller = { entryId: `${number}.s${'x'.repeat(16)}`, ...lifted };
    await untilAt(await happens('SuppressionLifted', ofSeller));
    const underPrefix = { ...ofSeller, entryId: `p1212.s${'x'.repeat(16)}` };
    await untilAt(await happens('SuppressionLifted', underPrefix));
    const allowed = { kind: 'seller_allowed', tenantId: 'acme' };
    expect(told).toEqual([
      { ...allowed, phoneHash: number },
      { ...allowed, phoneHash: null },
    ]);
  });

  it('begin at the end of the log: what came before is in the queue', async () => {
    const head = await happens('LeadReceived');
    await news.listen();
    expect(news).toMatchObject({ position: head });
  });

  it('are not heard at rest, and are again when it is over', async () => {
    await news.listen();
    await news.rest();
    await happens('LeadReceived');
    expect(news.position).toBeNull();
    const before = heard;
    await news.listen();
    await untilAt(await happens('LeadReceived'));
    expect(heard).toBeGreaterThan(before);
  });

  it('are heard once however often it is told to listen', async () => {
    await news.listen();
    await news.listen();
    await untilAt(await happens('LeadReceived'));
    await news.rest();
    expect(news.position).toBeNull();
  });
});
