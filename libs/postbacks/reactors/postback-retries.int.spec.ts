import { describe, expect, it } from '@jest/globals';
import { type EventStore } from '#libs/event-store';
import { type TenantId } from '#libs/kernel';
import { PostbackDesk } from '../application/postback-desk.js';
import { PostbacksRunner } from '../application/postbacks-runner.js';
import { RetryPostbackCommand } from '../application/retry-postback.handler.js';
import { type PostbackDeliveryEvent } from '../domain/postback-delivery.events.js';
import { deliveryOf, PostbackStage } from './postback-stage.fixtures.js';
import { aCall, aCaller, acme } from './postbacks.fixtures.js';

const stage = PostbackStage.ofFile();

type Failed = Extract<PostbackDeliveryEvent, { type: 'PostbackAttemptFailed' }>['data'];

/** A log of a process that dies when it is about to write down that something was delivered. */
function dyingWith(store: EventStore): EventStore {
  return new Proxy(store, {
    get: (target, name: keyof EventStore) => {
      if (name !== 'append') return (target[name] as () => unknown).bind(target);
      return (...[stream, expected, events]: Parameters<EventStore['append']>) =>
        events.some(({ type }) => type === 'PostbackDelivered')
          ? Promise.reject(new Error('The process died.'))
          : target.append(stream, expected, events);
    },
  });
}

describe('a process that dies between a request and its place in the log', () => {
  it('has the next one send it again with the same id, and write down one delivery', async () => {
    const { targetId } = await stage.aTarget({ method: 'POST', path: '/hook' });
    await stage.worker.stop();
    const call = await aCall(stage.house);
    const deliveryId = deliveryOf(targetId, call);
    const ended = (await stage.house.runner.history(`lead-${call.leadId}`)).at(-1);
    const fact = { ...call, eventId: ended?.id ?? '', happened: 'over' } as const;
    await stage.house.scheduler.schedule(acme, fact, aCaller());
    const runner = new PostbacksRunner(dyingWith(stage.house.store));
    const dying = new PostbackDesk({ ...stage.house, runner });
    await expect(dying.attempt(acme, deliveryId, 1, aCaller())).rejects.toThrow('died');
    expect(stage.receiver.received).toHaveLength(1);
    expect(await stage.logOf(deliveryId)).toHaveLength(1);

    await stage.restart();
    const events = await stage.untilLast(deliveryId, 'PostbackDelivered', 2);
    expect(events.at(-1)?.data).toMatchObject({ attempt: 1 });
    const [first, second] = stage.receiver.received;
    expect(stage.receiver.received).toHaveLength(2);
    expect(first?.headers['webhook-id']).toBe(deliveryId);
    expect(second?.headers['webhook-id']).toBe(deliveryId);
    expect(second?.body).toBe(first?.body);
    await stage.house.desk.attempt(acme, deliveryId, 1, aCaller());
    expect(stage.receiver.received).toHaveLength(2);
    expect(await stage.logOf(deliveryId)).toHaveLength(2);
  });
});

describe('a delivery that was given up', () => {
  it('is tried again by hand, with the same id and the whole schedule anew', async () => {
    stage.receiver.answers(422, 503, 200);
    const { targetId } = await stage.aTarget();
    const deliveryId = deliveryOf(targetId, await aCall(stage.house));
    await stage.untilLast(deliveryId, 'PostbackGivenUp', 2);
    stage.later(48 * 3_600_000);
    const retry = new RetryPostbackCommand(acme, aCaller(), deliveryId);
    const [first, again] = [
      await stage.house.retry.execute(retry),
      await stage.house.retry.execute(retry),
    ];
    expect([first, again]).toMatchObject([{ replayed: false }, { replayed: true }]);
    const failed = await stage.untilLast(deliveryId, 'PostbackAttemptFailed', 4);
    const { attempt, nextAttemptAt } = failed.at(-1)?.data as Failed;
    const waits = Date.parse(nextAttemptAt) - stage.clock.now().getTime();
    expect(attempt).toBe(2);
    expect(Math.abs(waits - 5_000)).toBeLessThanOrEqual(500);
    stage.later(6_000);
    await stage.untilLast(deliveryId, 'PostbackDelivered', 5);
    const ids = stage.receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([deliveryId, deliveryId, deliveryId]);
    const late = new RetryPostbackCommand(acme, aCaller(), deliveryId);
    expect(await stage.house.retry.execute(late)).toMatchObject({
      status: 'delivered',
      position: null,
    });
  });

  it('is nobody else’s to try again, and nobody’s whose target was removed', async () => {
    stage.receiver.answers(422);
    const { targetId } = await stage.aTarget();
    const deliveryId = deliveryOf(targetId, await aCall(stage.house));
    await stage.untilLast(deliveryId, 'PostbackGivenUp', 2);
    const by = (tenantId: TenantId) =>
      stage.house.retry.execute(new RetryPostbackCommand(tenantId, aCaller(), deliveryId));
    await expect(by('other' as TenantId)).rejects.toThrow(
      expect.objectContaining({ code: 'postback_delivery_not_found' }),
    );
    await stage.remove(targetId);
    await expect(by(acme)).rejects.toThrow(
      expect.objectContaining({ code: 'postback_target_removed' }),
    );
  });
});
