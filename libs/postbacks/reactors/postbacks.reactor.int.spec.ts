import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type TenantId } from '#libs/kernel';
import { until } from '#libs/testing';
import { type TargetWish } from '../application/target-wish.js';
import { deliveryOf, PostbackStage } from './postback-stage.fixtures.js';
import { aCall, aCaller, acme, type CallWish, type Received } from './postbacks.fixtures.js';

const stage = PostbackStage.ofFile();

const onlyReceived = (): Received => {
  expect(stage.receiver.received).toHaveLength(1);
  return stage.receiver.received[0] as Received;
};

/** As a receiver would check it, from the standard alone. */
function signatureOf({ headers, body }: Received, secret: string): string {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
  const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
  return `v1,${createHmac('sha256', key).update(signed).digest('base64')}`;
}

describe('a target', () => {
  it('is told once what came of a call, in its own words', async () => {
    const { targetId } = await stage.aTarget();
    const call = await aCall(stage.house);
    await stage.untilLast(deliveryOf(targetId, call), 'PostbackDelivered', 2);
    expect(onlyReceived().path).toBe('/hook?c=%2B15125550100&p=42.50');
  });

  it('is told as soon as a call is connected, if it wants that, and not of its end', async () => {
    const asSoonAs = { fireOn: 'connected', path: '/hook?s={status}', payout: null } as const;
    const { targetId } = await stage.aTarget(asSoonAs);
    const call = await aCall(stage.house);
    await stage.untilLast(deliveryOf(targetId, call), 'PostbackDelivered', 2);
    const other = await stage.aTarget({ path: '/other' });
    const later = await aCall(stage.house);
    for (const told of [targetId, other.targetId]) {
      await stage.untilLast(deliveryOf(told, later), 'PostbackDelivered', 2);
    }
    const paths = stage.receiver.received.map(({ path }) => path).sort();
    expect(paths).toEqual(['/hook?s=connected', '/hook?s=connected', '/other']);
  });

  it('can tell who sent it, and which call it is about', async () => {
    const { targetId, secret } = await stage.aTarget({ method: 'POST', path: '/hook' });
    const call = await aCall(stage.house);
    const deliveryId = deliveryOf(targetId, call);
    await stage.untilLast(deliveryId, 'PostbackDelivered', 2);
    const received = onlyReceived();
    expect(received.headers['webhook-id']).toBe(deliveryId);
    expect(received.headers['webhook-signature']).toBe(signatureOf(received, secret));
    expect(JSON.parse(received.body)).toMatchObject({
      ...{ caller_id: '+15125550100', duration: 95, payout_cents: 4_250, billable: true },
      ...{ transfer_id: call.transferId, lead_id: call.leadId },
    });
  });

  it('that has no terms is never told what we earn', async () => {
    const { targetId } = await stage.aTarget({
      method: 'POST',
      path: '/hook?p={payout}',
      payout: null,
    });
    const call = await aCall(stage.house);
    await stage.untilLast(deliveryOf(targetId, call), 'PostbackDelivered', 2);
    const { path, body } = onlyReceived();
    expect(path).toBe('/hook?p=');
    expect(JSON.parse(body)).toMatchObject({ payout: null, payout_cents: null, currency: null });
    expect(body).not.toMatch(/42\.?50/);
  });

  it('is told what it is paid itself', async () => {
    const amount = { amountMinor: 2_500, currency: 'EUR', billableSeconds: 95 };
    const { targetId } = await stage.aTarget({ payout: { model: 'fixed', ...amount } });
    await stage.untilLast(deliveryOf(targetId, await aCall(stage.house)), 'PostbackDelivered', 2);
    expect(onlyReceived().path).toBe('/hook?c=%2B15125550100&p=25.00');
  });

  it('gets a form if it wants one', async () => {
    const { targetId } = await stage.aTarget({ method: 'POST', format: 'form', path: '/hook' });
    const call = await aCall(stage.house);
    await stage.untilLast(deliveryOf(targetId, call), 'PostbackDelivered', 2);
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
    const { targetId } = await stage.aTarget(wish);
    const unwanted = await aCall(stage.house, call);
    const wanted = await aCall(stage.house, { destinationId: wish.destinationId ?? 'buyer-1' });
    await stage.untilLast(deliveryOf(targetId, wanted), 'PostbackDelivered', 2);
    expect(await stage.logOf(deliveryOf(targetId, unwanted))).toEqual([]);
    expect(stage.receiver.received).toHaveLength(1);
  });

  it('that was removed is told nothing more, not even what was due', async () => {
    stage.receiver.answers(503);
    const { targetId } = await stage.aTarget();
    const call = await aCall(stage.house);
    const deliveryId = deliveryOf(targetId, call);
    await stage.untilLast(deliveryId, 'PostbackAttemptFailed', 2);
    await stage.remove(targetId);
    stage.later(10_000);
    const events = await stage.untilLast(deliveryId, 'PostbackGivenUp', 3);
    expect(events.at(-1)?.data).toMatchObject({ reason: 'target_removed', answer: null });
    expect(stage.receiver.received).toHaveLength(1);
  });

  it('that answers 410 is removed', async () => {
    stage.receiver.answers(410);
    const { targetId } = await stage.aTarget();
    const call = await aCall(stage.house);
    await stage.untilLast(deliveryOf(targetId, call), 'PostbackGivenUp', 2);
    const removed = await until('the target to be removed', async () => {
      const target = await stage.house.book.find(acme, targetId);
      return target.status === 'removed' && target;
    });
    expect(removed.removal).toBe('gone');
  });
});

describe('a delivery that is not taken', () => {
  it('comes again with the same id when it is due, also after a restart, and then never', async () => {
    stage.receiver.answers(503, 200);
    const { targetId } = await stage.aTarget({ method: 'POST', path: '/hook' });
    const call = await aCall(stage.house);
    const deliveryId = deliveryOf(targetId, call);
    const failed = await stage.untilLast(deliveryId, 'PostbackAttemptFailed', 2);
    expect(failed.at(-1)?.data).toMatchObject({ attempt: 1, failure: 'status' });
    await stage.worker.stop();
    stage.later(6_000);
    await stage.restart();
    await stage.untilLast(deliveryId, 'PostbackDelivered', 3);
    const [first, second] = stage.receiver.received;
    expect(stage.receiver.received).toHaveLength(2);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp']);
    expect(second?.body).toBe(first?.body);
    for (const attempt of [1, 2, 3]) {
      await stage.house.desk.attempt(acme, deliveryId, attempt, aCaller());
    }
    expect(stage.receiver.received).toHaveLength(2);
  });

  it('is not tried before it is due', async () => {
    stage.receiver.answers(503);
    const { targetId } = await stage.aTarget();
    const waiting = await aCall(stage.house);
    await stage.untilLast(deliveryOf(targetId, waiting), 'PostbackAttemptFailed', 2);
    stage.later(4_000);
    const next = await aCall(stage.house);
    await stage.untilLast(deliveryOf(targetId, next), 'PostbackAttemptFailed', 2);
    expect(await stage.logOf(deliveryOf(targetId, waiting))).toHaveLength(2);
  });

  it('is given up when it is refused for good, with the answer sealed', async () => {
    stage.receiver.answers(422);
    const { targetId } = await stage.aTarget();
    const call = await aCall(stage.house);
    const events = await stage.untilLast(deliveryOf(targetId, call), 'PostbackGivenUp', 2);
    const data = events.at(-1)?.data as { answer: { status: number; body: string } };
    expect(data).toMatchObject({ reason: 'rejected', answer: { status: 422 } });
    expect(JSON.stringify(events.map((event) => event.data))).not.toMatch(
      /status 422|15125550100|hook/,
    );
    const [body] = await stage.house.keys.openAll(acme, [data.answer.body as never]);
    expect(body).toEqual({ text: 'status 422' });
  });

  it.each([302, 401, 403, 404])(
    'survives a receiver that answers %i for a while',
    async (status) => {
      stage.receiver.answers(status, 200);
      const { targetId } = await stage.aTarget();
      const deliveryId = deliveryOf(targetId, await aCall(stage.house));
      await stage.untilLast(deliveryId, 'PostbackAttemptFailed', 2);
      stage.later(6_000);
      await stage.untilLast(deliveryId, 'PostbackDelivered', 3);
      expect(stage.receiver.received).toHaveLength(2);
    },
  );

  it('no longer names a person who was erased', async () => {
    stage.receiver.answers(503, 200);
    const { targetId } = await stage.aTarget();
    const call = await aCall(stage.house);
    const deliveryId = deliveryOf(targetId, call);
    await stage.untilLast(deliveryId, 'PostbackAttemptFailed', 2);
    await stage.house.keys.destroy(acme, [call.keyId]);
    stage.later(6_000);
    const events = await stage.untilLast(deliveryId, 'PostbackDelivered', 3);
    expect(stage.receiver.received[1]?.path).toBe('/hook?c=&p=42.50');
    expect(events.at(-1)?.data).toMatchObject({ answer: { status: 200, body: null } });
  });
});
