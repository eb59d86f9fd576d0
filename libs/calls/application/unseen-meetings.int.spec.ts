import { beforeEach, describe, expect, it } from '@jest/globals';
import { aReport, MONDAY } from '../calling-house.fixtures.js';
import { FIRST, TransferScene } from '../transfer-scene.fixtures.js';
import { type CallRef } from './live-calls.js';

const scene = TransferScene.ofFile();
beforeEach(() => scene.at(FIRST));

/** The room lets go of a consumer who is still on the line, who asks what comes next. */
const released = (ref: CallRef) =>
  scene.house.voice.consumers.released(ref, aReport({ status: 'in_progress' }));

describe('a meeting that nobody reported', () => {
  it('was one where the room lets go of a consumer who is still there', async () => {
    const ref = await scene.offered();
    await scene.sent(ref);
    expect(await scene.house.typesOf(ref.leadId)).not.toContain('CallBridged');
    expect(await released(ref)).toEqual([{ hangUp: true }]);
    expect(await scene.house.lastOf(ref.leadId, 'CallBridged')).toMatchObject({
      bridgedAt: MONDAY,
    });
    expect(await released(ref)).toEqual([{ hangUp: true }]);
  });

  it.each([
    ['lasted', 90, 'transferred'],
    ['ended with the whisper', 6, 'hung_up'],
  ])('is told by the leg of the destination at the end: it %s', async (_, seconds, disposition) => {
    const ref = await scene.offered();
    await scene.sent(ref);
    scene.house.consumerLeg = { status: 'completed', durationSeconds: seconds };
    const gone = aReport({ status: 'completed', durationSeconds: 200 });
    await scene.house.voice.consumers.reported(ref, gone);
    expect(await scene.house.lastOf(ref.leadId, 'CallEnded')).toMatchObject({ disposition });
    const isBridged = (await scene.house.typesOf(ref.leadId)).includes('CallBridged');
    expect(isBridged).toBe(disposition === 'transferred');
  });
});

describe('the end of a consumer’s leg while the provider answers nothing', () => {
  it('is not taken before the destination’s leg can be asked about, so that it is reported again', async () => {
    const ref = await scene.offered();
    await scene.sent(ref);
    scene.house.consumerLeg = null;
    const gone = aReport({ status: 'completed', durationSeconds: 200 });
    const refused = scene.house.voice.consumers.reported(ref, gone);
    await expect(refused).rejects.toMatchObject({ code: 'telephony_unavailable' });
    expect(await scene.house.typesOf(ref.leadId)).not.toContain('CallEnded');
    scene.house.consumerLeg = { status: 'completed', durationSeconds: 90 };
    await scene.house.voice.consumers.reported(ref, gone);
    const ended = await scene.house.lastOf(ref.leadId, 'CallEnded');
    expect(ended).toMatchObject({ disposition: 'transferred' });
  });
});

describe('a consumer whose destination left with the whisper', () => {
  it('goes on waiting when the room lets go of them', async () => {
    const ref = await scene.offered();
    await scene.sent(ref);
    const transfer = await scene.told(ref, 1, { status: 'completed', durationSeconds: 6 });
    await scene.house.voice.destinations.reported(...transfer);
    expect(await scene.house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({
      reason: 'declined',
    });
    expect((await released(ref)).flatMap((step) => Object.keys(step))).toContain('wait');
  });
});
