import { until } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { OrderPace } from '../application/order-pace.js';
import { SchedulerScene } from './scheduler-scene.fixtures.js';

const scene = SchedulerScene.ofFile();

describe('the scheduler', () => {
  it('dials the highest priority first, then the newest', async () => {
    await scene.house.setUp({ concurrentCallsMax: 1, sourcePriorities: { radio: 5, scraped: -1 } });
    const [old, scraped, radio, young] = await Promise.all([
      scene.receive(1),
      scene.receive(9, 'scraped'),
      scene.receive(0, 'radio'),
      scene.receive(5, null),
    ]);
    await scene.queueShows([old, scraped, radio, young]);
    await scene.start();
    await scene.allAttempted([old, scraped, radio, young]);
    expect(await scene.sortedByAttempt([old, scraped, radio, young])).toEqual([
      ...[radio, young, old, scraped],
    ]);
  });

  it('keeps within the tenant’s limit of calls at the same time', async () => {
    await scene.house.setUp({ concurrentCallsMax: 2 });
    const leadIds = await Promise.all(
      Array.from({ length: 7 }, (_, second) => scene.receive(second)),
    );
    for (const leadId of leadIds) scene.keeps.add(leadId);
    await scene.start();
    for (let ended = 0; ended < leadIds.length; ended += 1) {
      const onCall = await until('two calls, or what is left', async () => {
        const calls = await scene.openCalls(leadIds);
        return calls.length === Math.min(2, leadIds.length - ended) ? calls : null;
      });
      await scene.hangUp(onCall[0]!);
    }
    expect(await scene.mostAtOnce(leadIds)).toBe(2);
  });

  it('dials everybody in the end, though at the pace of the provider', async () => {
    await scene.house.setUp({ concurrentCallsMax: 50 });
    const leadIds = await Promise.all(
      Array.from({ length: 12 }, (_, second) => scene.receive(second)),
    );
    await scene.start(undefined, scene.queueShown(), new OrderPace(4));
    await scene.allAttempted(leadIds);
  });

  it('goes on with the next where one only has to wait', async () => {
    await scene.house.setUp({ concurrentCallsMax: 1 });
    const early = { state: 'HI', phone: '+18085557001' };
    const hawaiians = await Promise.all(
      Array.from({ length: 20 }, (_, second) => scene.receive(30 + second, 'web', early)),
    );
    const texan = await scene.receive(0);
    await scene.start();
    await scene.allAttempted([texan]);
    expect(await Promise.all(hawaiians.map((leadId) => scene.attemptOf(leadId)))).toEqual(
      hawaiians.map(() => null),
    );
  });

  it('is held up by nobody who cannot be dialed', async () => {
    await scene.house.setUp();
    const odd = await scene.receive(9);
    const one = await scene.start((dial, leadId) => {
      if (leadId === odd) throw new TypeError('odd');
      return scene.through(dial, leadId);
    });
    const other = await scene.receive(0);
    await scene.allAttempted([other]);
    await until('the failure to be told', () =>
      one.notices.some((notice) => notice.kind === 'failed' && notice.leadId === odd),
    );
  });

  it('closes leads whose 30 days are over', async () => {
    await scene.house.setUp();
    const old = await scene.house.receive({ receivedAt: '2026-10-31T16:59:00.000Z' });
    await scene.start();
    await until('it to be exhausted', () => scene.house.lastOf(old, 'LeadExhausted'));
  });
});
