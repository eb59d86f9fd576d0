import { until } from '#libs/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { dialingStream } from '../application/dialing-streams.js';
import { ACME, OPEN } from '../calling-house.fixtures.js';
import { ON_TUESDAYS, SchedulerScene } from './scheduler-scene.fixtures.js';

const scene = SchedulerScene.ofFile();

describe('the scheduler', () => {
  it('calls nobody while all destinations are paused or closed, and whoever waited once one opens', async () => {
    await scene.house.setUp();
    scene.destinations = [ON_TUESDAYS];
    const leadId = await scene.receive(0);
    await scene.start();
    const waits = (nextAllowedAt: string | null) => async () =>
      (await scene.house.lastOf(leadId, 'DialDeferred'))?.nextAllowedAt === nextAllowedAt;
    await until('it to wait for Tuesday', waits('2026-12-01T16:00:00.000Z'));
    scene.destinations = [{ ...ON_TUESDAYS, paused: true }];
    const late = await scene.receive(1);
    await until('the other to wait', async () => (await scene.house.typesOf(late)).length > 0);
    expect([await scene.attemptOf(leadId), await scene.attemptOf(late)]).toEqual([null, null]);
    scene.destinations = [OPEN];
    await scene.allAttempted([leadId, late]);
  });

  it('calls whoever waited for another seller once they may be handed to one that is open', async () => {
    const { house } = scene;
    await house.setUp();
    scene.destinations = [OPEN, ON_TUESDAYS];
    house.lists.refusedSellers = [OPEN.settings.name];
    const leadId = await scene.receive(0);
    const shown = scene.queueShown();
    const asked = jest.spyOn(shown, 'reaches');
    await scene.start(undefined, shown);
    const waits = async () => (await house.lastOf(leadId, 'DialDeferred')) !== null;
    await until('it to wait for Tuesday', waits);
    await scene.queueShows([leadId]);
    asked.mockClear();
    await until('rounds in which nobody finds it', () => asked.mock.calls.length > 2);
    house.lists.refusedSellers = [];
    await scene.sellerAllowed(leadId);
    await scene.allAttempted([leadId]);
  });

  it('dials nobody between a stop and the resumption, and goes on at once then', async () => {
    await scene.house.setUp();
    await scene.start();
    const before = await scene.receive(0);
    await scene.allAttempted([before]);
    await scene.house.changeDialing({ type: 'StopDialing', reason: null });
    const during = await Promise.all([scene.receive(1), scene.receive(2)]);
    await scene.queueShows(during);
    await scene.house.changeDialing({ type: 'ResumeDialing', reason: null });
    await scene.allAttempted(during);
    const [stopped, resumed] = (await scene.house.runner.history(dialingStream(ACME))).slice(-2);
    expect(stopped?.type).toBe('DialingStopped');
    for (const leadId of during) {
      expect((await scene.attemptOf(leadId))! > resumed!.position!).toBe(true);
    }
    expect((await scene.attemptOf(before))! < stopped!.position!).toBe(true);
  });

  it('dials nobody while calls would be silent, and goes on when they would not', async () => {
    await scene.house.setUp();
    await scene.start();
    const before = await scene.receive(0);
    await scene.allAttempted([before]);
    scene.isSpoken = false;
    const during = await Promise.all([scene.receive(1), scene.receive(2)]);
    await scene.queueShows(during);
    for (const leadId of during) expect(await scene.attemptOf(leadId)).toBeNull();
    scene.isSpoken = true;
    await scene.allAttempted(during);
  });
});
