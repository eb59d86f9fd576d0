import { until } from '#libs/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { ACME } from '../calling-house.fixtures.js';
import { SchedulerScene } from './scheduler-scene.fixtures.js';

const scene = SchedulerScene.ofFile();

describe('the scheduler', () => {
  it('finds after a restart whoever came meanwhile, and calls nobody twice', async () => {
    await scene.house.setUp();
    const before = await scene.receive(0);
    const first = await scene.start();
    await scene.allAttempted([before]);
    await first.stop();
    const meanwhile = await scene.receive(1);
    await scene.start();
    await scene.allAttempted([meanwhile]);
    expect(
      (await scene.house.typesOf(before)).filter((type) => type === 'CallAttempted'),
    ).toHaveLength(1);
  });

  it('chooses nobody after a restart before the queue shows what was dialed before it', async () => {
    await scene.house.setUp({ concurrentCallsMax: 1 });
    const [first, second] = [await scene.receive(1), await scene.receive(2)];
    await scene.queueShows([first, second]);
    await scene.readModels.stop();
    await scene.house.dialler(scene.telephony).dial(ACME, first);
    const shown = scene.queueShown();
    const asked = jest.spyOn(shown, 'reaches');
    await scene.start(undefined, shown);
    await until('two rounds to wait for it', () => asked.mock.calls.length > 1);
    scene.readModels = scene.startReadModels();
    await scene.queueShows([first]);
    await scene.hangUp(first);
    await scene.allAttempted([second]);
    expect(await scene.mostAtOnce([first, second])).toBe(1);
  });

  it('calls once where two are at work', async () => {
    await scene.house.setUp();
    await Promise.all([scene.start(), scene.start()]);
    const leadIds = await Promise.all(
      Array.from({ length: 12 }, (_, second) => scene.receive(second)),
    );
    await scene.allAttempted(leadIds);
    for (const leadId of leadIds) {
      const types = await scene.house.typesOf(leadId);
      expect(types.filter((type) => type === 'CallAttempted')).toHaveLength(1);
    }
  });
});
