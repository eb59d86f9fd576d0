import { describe, expect, it } from '@jest/globals';
import { aReport } from '../calling-house.fixtures.js';
import { aLeg, HANG_UP, HUMAN, LineScene } from '../line-scene.fixtures.js';
import { conferenceOf } from './voice-urls.js';

const scene = LineScene.ofFile();

describe('a destination that answers', () => {
  it('hears who waits, accepts by key, and joins the consumer', async () => {
    const ref = await scene.aTransfer({ whisper: 'Call for {{first_name}}.', acceptKey: '1' });
    const steps = await scene.destination.answered(ref, aLeg());
    expect(steps).toMatchObject([{ gather: { prompt: 'Call for Jane. Press 1 to accept.' } }]);
    const joined = await scene.destination.ready(ref, aLeg({ digits: '1' }));
    expect(joined).toMatchObject([{ join: { conference: conferenceOf(ref.callId) } }]);
    expect(await scene.destination.ready(ref, aLeg({ digits: '1' }))).toEqual(joined);
    expect(await scene.house.typesOf(ref.leadId)).not.toContain('CallBridged');
    const seen = { event: 'joined', providerCallId: aLeg().providerCallId, at: null } as const;
    await scene.destination.seen(ref, { ...seen, providerCallId: HUMAN.providerCallId });
    expect(await scene.house.typesOf(ref.leadId)).not.toContain('CallBridged');
    await scene.destination.seen(ref, seen);
    await scene.destination.seen(ref, { ...seen, event: 'left' });
    const types = await scene.house.typesOf(ref.leadId);
    expect(types.filter((type) => type === 'CallBridged')).toHaveLength(1);
  });

  it('is connected without a key where none is asked', async () => {
    const ref = await scene.aTransfer({ whisper: 'A call.' });
    const steps = await scene.destination.answered(ref, aLeg());
    expect(steps).toMatchObject([{ say: 'A call.' }, { redirect: expect.any(String) }]);
    expect(await scene.destination.ready(ref, aLeg())).toMatchObject([{ join: {} }]);
  });

  it.each(['2', null])('is let go where it presses %j instead', async (digits) => {
    const ref = await scene.aTransfer({ acceptKey: '1' });
    await scene.destination.answered(ref, aLeg());
    expect(await scene.destination.ready(ref, aLeg({ digits }))).toEqual(HANG_UP);
    expect(await scene.house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({
      reason: 'declined',
    });
  });

  it('is not connected where it is a machine', async () => {
    const ref = await scene.aTransfer();
    expect(await scene.destination.answered(ref, aLeg({ answeredBy: 'machine' }))).toEqual(HANG_UP);
    expect(await scene.house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({
      reason: 'machine',
    });
    expect(await scene.destination.ready(ref, aLeg())).toEqual(HANG_UP);
  });

  it('is hung up where the consumer is gone', async () => {
    const ref = await scene.aTransfer();
    await scene.consumer.reported(ref, aReport({ status: 'completed', durationSeconds: 30 }));
    expect(await scene.destination.answered(ref, aLeg())).toEqual(HANG_UP);
    expect(await scene.destination.ready(ref, aLeg())).toEqual(HANG_UP);
  });
});
