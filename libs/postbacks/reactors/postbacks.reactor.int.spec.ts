import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fixedClock, type TenantId } from '#libs/kernel';
import { connectDatabase, type Database } from '#libs/read-db';
import {
  type FreshDatabase,
  freshDatabase,
  startTestEventStore,
  type TestEventStore,
  revenueConfirmed,
  revenueReversed,
  until,
} from '#libs/testing';
import { v5 as uuidv5 } from 'uuid';
import { type TargetWish } from '../application/target-wish.js';
import { CreatePostbackTargetCommand } from '../application/postback-target.handlers.js';
import { RetryPostbackCommand } from '../application/retry-postback.handler.js';
import { type PostbackDeliveryEvent } from '../domain/postback-delivery.events.js';
import { type PayoutTerms } from '../domain/postback-target.events.js';
import {
  aCall,
  aCaller,
  acme,
  aHouse,
  aReceiver,
  booked,
  type CallWish,
  type House,
  type Received,
  startPostbacks,
} from './postbacks.fixtures.js';

const NOON = Date.parse('2026-03-01T12:00:00.000Z');
const clock = fixedClock(new Date(NOON).toISOString());
let log: TestEventStore;
let fresh: FreshDatabase;
let database: Database;
let house: House;
let receiver: Awaited<ReturnType<typeof aReceiver>>;
let worker: Awaited<ReturnType<typeof startPostbacks>>;

beforeAll(async () => {
  [log, fresh] = await Promise.all([startTestEventStore(), freshDatabase()]);
  const { url } = fresh;
  database = connectDatabase({ url, role: 'worker', applicationName: 'postbacks-spec' });
  house = aHouse(log.store, clock);
});
afterAll(async () => {
  await house.sender.close();
  await database.close();
  await fresh.drop();
  await log.close();
});
beforeEach(async () => {
  clock.set(new Date(NOON).toISOString());
  receiver = await aReceiver();
  worker = await startPostbacks(house, database);
});
afterEach(async () => {
  await worker.stop();
  for (const { targetId } of await house.book.all(acme)) await remove(targetId);
  receiver.close();
});

/** By choice, all that we earn. */
const all: PayoutTerms = { model: 'share', basisPoints: 10_000, billableSeconds: 0 };

const later = (ms: number) => {
  clock.set(new Date(clock.now().getTime() + ms).toISOString());
};

async function aTarget(wish: Partial<TargetWish['settings']> & { path?: string } = {}) {
  const { path = '/hook?c={caller_id}&p={payout}', ...settings } = wish;
  const defaults: TargetWish['settings'] = {
    ...{ label: 'Northwind', mode: 'live', destinationId: null, fireOn: 'completed' },
    ...{ method: 'GET', format: 'json', payout: all },
  };
  const command = new CreatePostbackTargetCommand(acme, aCaller(), {
    ...{ url: receiver.url + path, fields: null, settings: { ...defaults, ...settings } },
  });
  const { target, secret } = await house.create.execute(command);
  return { targetId: target.targetId, secret };
}

function remove(targetId: string) {
  const removedAt = clock.now().toISOString();
  const asked = { type: 'RemovePostbackTarget', targetId, cause: 'asked', reason: null } as const;
  return house.book.run(acme, aCaller(), { ...asked, removedAt }, removedAt);
}

const deliveryOf = (targetId: string, { transferId }: { readonly transferId: string }) =>
  uuidv5(`${targetId}|${transferId}`, '8d2f1c74-0e5b-4a86-9b3d-6c7a51e2f043');

const correctionOf = (targetId: string, entryId: string) =>
  uuidv5(`${targetId}|${entryId}`, '8d2f1c74-0e5b-4a86-9b3d-6c7a51e2f043');

const logOf = (deliveryId: string) =>
  house.runner.history<PostbackDeliveryEvent>(`postbackDelivery-${deliveryId}`);

/** The log of a delivery, once its last event is of this type. */
async function untilLast(deliveryId: string, type: PostbackDeliveryEvent['type'], length: number) {
  return until(`${type} to be in the log`, async () => {
    const events = await logOf(deliveryId);
    return events.length === length && events.at(-1)?.type === type && events;
  });
}

type Failed = Extract<PostbackDeliveryEvent, { type: 'PostbackAttemptFailed' }>['data'];

const onlyReceived = (): Received => {
  expect(receiver.received).toHaveLength(1);
  return receiver.received[0] as Received;
};

/** As a receiver would check it, from the standard alone. */
function signatureOf({ headers, body }: Received, secret: string): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

describe('a target', () => {
  it('is told once what came of a call, in its own words', async () => {
    const { targetId } = await aTarget();
    const call = await aCall(house);
    await untilLast(deliveryOf(targetId, call), 'PostbackDelivered', 2);
    expect(onlyReceived().path).toBe('/hook?c=%2B15125550100&p=42.50');
  });

  it('can tell who sent it, and which call it is about', async () => {
    const { targetId, secret } = await aTarget({ method: 'POST', path: '/hook' });
    const call = await aCall(house);
    const deliveryId = deliveryOf(targetId, call);
    await untilLast(deliveryId, 'PostbackDelivered', 2);
    const received = onlyReceived();
    expect(received.headers['webhook-id']).toBe(deliveryId);
    expect(received.headers['webhook-signature']).toBe(signatureOf(received, secret));
    expect(JSON.parse(received.body)).toMatchObject({
      ...{ caller_id: '+15125550100', duration: 95, payout_cents: 4_250, billable: true },
      ...{ transfer_id: call.transferId, lead_id: call.leadId },
    });
  });

  it('that has no terms is never told what we earn', async () => {
    const { targetId } = await aTarget({ method: 'POST', path: '/hook?p={payout}', payout: null });
    const call = await aCall(house);
    await untilLast(deliveryOf(targetId, call), 'PostbackDelivered', 2);
    const { path, body } = onlyReceived();
    expect(path).toBe('/hook?p=');
    expect(JSON.parse(body)).toMatchObject({ payout: null, payout_cents: null, currency: null });
    expect(body).not.toMatch(/42\.?50/);
  });

  it('is told what it is paid itself', async () => {
    const amount = { amountMinor: 2_500, currency: 'EUR', billableSeconds: 95 };
    const { targetId } = await aTarget({ payout: { model: 'fixed', ...amount } });
    await untilLast(deliveryOf(targetId, await aCall(house)), 'PostbackDelivered', 2);
    expect(onlyReceived().path).toBe('/hook?c=%2B15125550100&p=25.00');
  });

  it('gets a form if it wants one', async () => {
    const { targetId } = await aTarget({ method: 'POST', format: 'form', path: '/hook' });
    const call = await aCall(house);
    await untilLast(deliveryOf(targetId, call), 'PostbackDelivered', 2);
    const fields = new URLSearchParams(onlyReceived().body);
    expect(fields.get('caller_id')).toBe('+15125550100');
    expect(fields.get('payout')).toBe('42.50');
  });

  it.each<[string, Partial<TargetWish['settings']>, CallWish]>([
    ['of a test lead', {}, { mode: 'test' }],
    ['of another destination', { destinationId: 'buyer-2' }, {}],
    ['that is not paid for', { fireOn: 'converted' }, { billable: false }],
    ['of another account', {}, { tenantId: 'other' as TenantId }],
  ])('is not told of a call %s, if it did not ask for it', async (_, wish, call) => {
    const { targetId } = await aTarget(wish);
    const unwanted = await aCall(house, call);
    const wanted = await aCall(house, { destinationId: wish.destinationId ?? 'buyer-1' });
    await untilLast(deliveryOf(targetId, wanted), 'PostbackDelivered', 2);
    expect(await logOf(deliveryOf(targetId, unwanted))).toEqual([]);
    expect(receiver.received).toHaveLength(1);
  });

  it('that was removed is told nothing more, not even what was due', async () => {
    receiver.answers(503);
    const { targetId } = await aTarget();
    const call = await aCall(house);
    const deliveryId = deliveryOf(targetId, call);
    await untilLast(deliveryId, 'PostbackAttemptFailed', 2);
    await remove(targetId);
    later(10_000);
    const events = await untilLast(deliveryId, 'PostbackGivenUp', 3);
    expect(events.at(-1)?.data).toMatchObject({ reason: 'target_removed', answer: null });
    expect(receiver.received).toHaveLength(1);
  });

  it('that answers 410 is removed', async () => {
    receiver.answers(410);
    const { targetId } = await aTarget();
    const call = await aCall(house);
    await untilLast(deliveryOf(targetId, call), 'PostbackGivenUp', 2);
    const removed = await until('the target to be removed', async () => {
      const target = await house.book.find(acme, targetId);
      return target.status === 'removed' && target;
    });
    expect(removed.removal).toBe('gone');
  });
});

describe('a delivery that is not taken', () => {
  it('comes again with the same id when it is due, also after a restart, and then never', async () => {
    receiver.answers(503, 200);
    const { targetId } = await aTarget({ method: 'POST', path: '/hook' });
    const call = await aCall(house);
    const deliveryId = deliveryOf(targetId, call);
    const failed = await untilLast(deliveryId, 'PostbackAttemptFailed', 2);
    expect(failed.at(-1)?.data).toMatchObject({ attempt: 1, failure: 'status' });
    await worker.stop();
    later(6_000);
    worker = await startPostbacks(house, database);
    await untilLast(deliveryId, 'PostbackDelivered', 3);
    const [first, second] = receiver.received;
    expect(receiver.received).toHaveLength(2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp']);
    expect(second?.body).toBe(first?.body);
    for (const attempt of [1, 2, 3]) {
      await house.desk.attempt(acme, deliveryId, attempt, aCaller());
    }
    expect(receiver.received).toHaveLength(2);
  });

  it('is not tried before it is due', async () => {
    receiver.answers(503);
    const { targetId } = await aTarget();
    const waiting = await aCall(house);
    await untilLast(deliveryOf(targetId, waiting), 'PostbackAttemptFailed', 2);
    later(4_000);
    const next = await aCall(house);
    await untilLast(deliveryOf(targetId, next), 'PostbackAttemptFailed', 2);
    expect(await logOf(deliveryOf(targetId, waiting))).toHaveLength(2);
  });

  it('is given up when it is refused for good, with the answer sealed', async () => {
    receiver.answers(422);
    const { targetId } = await aTarget();
    const call = await aCall(house);
    const events = await untilLast(deliveryOf(targetId, call), 'PostbackGivenUp', 2);
    const data = events.at(-1)?.data as { answer: { status: number; body: string } };
    expect(data).toMatchObject({ reason: 'rejected', answer: { status: 422 } });
    expect(JSON.stringify(events.map((event) => event.data))).not.toMatch(
      /status 422|15125550100|hook/,
    );
    const [body] = await house.keys.openAll(acme, [data.answer.body as never]);
    expect(body).toEqual({ text: 'status 422' });
  });

  it.each([302, 401, 403, 404])(
    'survives a receiver that answers %i for a while',
    async (status) => {
      receiver.answers(status, 200);
      const { targetId } = await aTarget();
      const deliveryId = deliveryOf(targetId, await aCall(house));
      await untilLast(deliveryId, 'PostbackAttemptFailed', 2);
      later(6_000);
      await untilLast(deliveryId, 'PostbackDelivered', 3);
      expect(receiver.received).toHaveLength(2);
    },
  );

  it('is tried again by hand, with the same id and the whole schedule anew', async () => {
    receiver.answers(422, 503, 200);
    const { targetId } = await aTarget();
    const deliveryId = deliveryOf(targetId, await aCall(house));
    await untilLast(deliveryId, 'PostbackGivenUp', 2);
    later(48 * 3_600_000);
    const retry = new RetryPostbackCommand(acme, aCaller(), deliveryId);
    const [first, again] = [await house.retry.execute(retry), await house.retry.execute(retry)];
    expect([first, again]).toMatchObject([{ replayed: false }, { replayed: true }]);
    const failed = await untilLast(deliveryId, 'PostbackAttemptFailed', 4);
    const { attempt, nextAttemptAt } = failed.at(-1)?.data as Failed;
    const waits = Date.parse(nextAttemptAt) - clock.now().getTime();
    expect(attempt).toBe(2);
    expect(Math.abs(waits - 5_000)).toBeLessThanOrEqual(500);
    later(6_000);
    await untilLast(deliveryId, 'PostbackDelivered', 5);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([deliveryId, deliveryId, deliveryId]);
    const late = new RetryPostbackCommand(acme, aCaller(), deliveryId);
    expect(await house.retry.execute(late)).toMatchObject({ status: 'delivered', position: null });
  });

  it('is nobody else’s to try again, and nobody’s whose target was removed', async () => {
    receiver.answers(422);
    const { targetId } = await aTarget();
    const deliveryId = deliveryOf(targetId, await aCall(house));
    await untilLast(deliveryId, 'PostbackGivenUp', 2);
    const by = (tenantId: TenantId) =>
      house.retry.execute(new RetryPostbackCommand(tenantId, aCaller(), deliveryId));
    await expect(by('other' as TenantId)).rejects.toThrow(
      expect.objectContaining({ code: 'postback_delivery_not_found' }),
    );
    await remove(targetId);
    await expect(by(acme)).rejects.toThrow(
      expect.objectContaining({ code: 'postback_target_removed' }),
    );
  });

  it('no longer names a person who was erased', async () => {
    receiver.answers(503, 200);
    const { targetId } = await aTarget();
    const call = await aCall(house);
    const deliveryId = deliveryOf(targetId, call);
    await untilLast(deliveryId, 'PostbackAttemptFailed', 2);
    await house.keys.destroy(acme, [call.keyId]);
    later(6_000);
    const events = await untilLast(deliveryId, 'PostbackDelivered', 3);
    expect(receiver.received[1]?.path).toBe('/hook?c=&p=42.50');
    expect(events.at(-1)?.data).toMatchObject({ answer: { status: 200, body: null } });
  });
});

describe('a share of what we earn', () => {
  const forty: PayoutTerms = { model: 'share', basisPoints: 4_000, billableSeconds: 0 };
  const path = '/hook?id={call_id}&p={payout}&s={status}';
  const queries = () => receiver.received.map(({ path: told }) => told.split('&').slice(1).join());

  it('is told again for the same call when the books say otherwise', async () => {
    const { targetId } = await aTarget({ path, payout: forty });
    const call = await aCall(house);
    await untilLast(deliveryOf(targetId, call), 'PostbackDelivered', 2);
    const confirmed = await booked(house, call, revenueConfirmed());
    await untilLast(correctionOf(targetId, confirmed), 'PostbackDelivered', 2);
    const back = await booked(house, call, revenueReversed({ toMinor: -3_500 }));
    const [scheduled] = await untilLast(correctionOf(targetId, back), 'PostbackDelivered', 2);
    expect(scheduled?.data).toMatchObject({ entryId: back, result: { amountMinor: -1_400 } });
    expect(queries()).toEqual(['p=17.00,s=billable', 'p=18.00,s=billable', 'p=-14.00,s=billable']);
    const ids = receiver.received.map(({ path: told }) => told.split('&')[0]);
    expect(new Set(ids)).toEqual(new Set([`/hook?id=${call.callId}`]));
  });

  it('is not told again where it stays the same, nor are others told', async () => {
    const { targetId: fixed } = await aTarget({
      payout: { model: 'fixed', amountMinor: 1, currency: 'USD', billableSeconds: 0 },
    });
    const { targetId } = await aTarget({ payout: forty });
    const call = await aCall(house);
    const same = await booked(house, call, revenueConfirmed({ toMinor: 4_250 }));
    const other = await booked(house, call, revenueConfirmed({ toMinor: 4_500 }));
    await untilLast(correctionOf(targetId, other), 'PostbackDelivered', 2);
    expect(await logOf(correctionOf(targetId, same))).toEqual([]);
    expect(await logOf(correctionOf(fixed, other))).toEqual([]);
  });

  it('that was not taken yet gives way to the one that is right by now', async () => {
    receiver.answers(503, 200);
    const { targetId } = await aTarget({ path, payout: forty });
    const call = await aCall(house);
    await untilLast(deliveryOf(targetId, call), 'PostbackAttemptFailed', 2);
    const entry = await booked(house, call, revenueConfirmed());
    await untilLast(correctionOf(targetId, entry), 'PostbackDelivered', 2);
    later(10_000);
    const late = await untilLast(deliveryOf(targetId, call), 'PostbackGivenUp', 3);
    expect(late.at(-1)?.data).toMatchObject({ reason: 'superseded', answer: null });
    expect(queries()).toEqual(['p=17.00,s=billable', 'p=18.00,s=billable']);
  });

  it('is told when a call converts only by a report', async () => {
    const { targetId } = await aTarget({ path, payout: forty, fireOn: 'converted' });
    const endedAt = new Date(NOON + 1_000).toISOString();
    const call = await aCall(house, { billable: false, endedAt });
    const entry = await booked(house, call, revenueConfirmed());
    await untilLast(correctionOf(targetId, entry), 'PostbackDelivered', 2);
    expect(await logOf(deliveryOf(targetId, call))).toEqual([]);
    expect(queries()).toEqual(['p=18.00,s=billable']);
  });
});
