import { describe, expect, it } from '@jest/globals';
import { aReport } from '../calling-house.fixtures.js';
import { aLeg, HANG_UP, HUMAN, LineScene, questionOf } from '../line-scene.fixtures.js';
import { type CallRef } from './live-calls.js';

const scene = LineScene.ofFile();
/** A leg of the same account, so that the provider signs for it, on a call of somebody else. */
const FOREIGN = { providerCallId: 'CA666' };
const typesOf = ({ leadId }: CallRef) => scene.house.typesOf(leadId);

describe('a leg that is not the consumer’s', () => {
  it('is hung up whatever it asks, and changes nothing', async () => {
    const ref = await scene.aCall();
    const [id, tries] = questionOf(await scene.consumer.answered(ref, HUMAN));
    const before = await typesOf(ref);
    for (const said of [{ digits: '9' }, { digits: '1' }, { speech: 'stop calling' }, {}]) {
      const report = aReport({ ...FOREIGN, ...said });
      expect(await scene.consumer.replied(ref, id, tries, report)).toEqual(HANG_UP);
      expect(await scene.consumer.disclosed(ref, 1, report)).toEqual(HANG_UP);
      expect(await scene.consumer.answered(ref, report)).toEqual(HANG_UP);
      expect(await scene.consumer.next(ref, report)).toEqual(HANG_UP);
    }
    expect(await typesOf(ref)).toEqual(before);
    await scene.consumer.reported(ref, aReport({ status: 'completed', durationSeconds: 9 }));
    const ended = await typesOf(ref);
    await scene.consumer.replied(ref, id, tries, aReport({ ...FOREIGN, digits: '9' }));
    expect(await typesOf(ref)).toEqual(ended);
  });

  it('does not opt anybody out before the consumer has answered', async () => {
    const ref = await scene.aCall();
    const before = await typesOf(ref);
    const report = aReport({ ...FOREIGN, digits: '9' });
    expect(await scene.consumer.replied(ref, 'interested', 1, report)).toEqual(HANG_UP);
    expect(await typesOf(ref)).toEqual(before);
  });

  it('is not sent to the room, and does not end a meeting', async () => {
    const ref = await scene.aTransfer();
    await scene.destination.answered(ref, aLeg());
    await scene.destination.ready(ref, aLeg());
    const before = await typesOf(ref);
    expect(await scene.consumer.next(ref, FOREIGN)).toEqual(HANG_UP);
    expect(await scene.consumer.released(ref, aReport(FOREIGN))).toEqual(HANG_UP);
    const isOver = { status: 'completed', durationSeconds: 1 } as const;
    await scene.consumer.reported(ref, aReport({ ...FOREIGN, ...isOver }));
    expect(await typesOf(ref)).toEqual(before);
  });
});

describe('a leg that is not the destination’s', () => {
  it('hears of nobody and joins nobody', async () => {
    const ref = await scene.aTransfer({ whisper: 'Call for {{first_name}}.' });
    await scene.destination.reported(ref, aLeg({ status: 'initiated' }));
    const before = await typesOf(ref);
    expect(await scene.destination.answered(ref, aLeg(FOREIGN))).toEqual(HANG_UP);
    expect(await scene.destination.ready(ref, aLeg(FOREIGN))).toEqual(HANG_UP);
    expect(await typesOf(ref)).toEqual(before);
    expect(JSON.stringify(await scene.destination.answered(ref, aLeg()))).toContain('Jane');
    expect(await scene.destination.ready(ref, aLeg(FOREIGN))).toEqual(HANG_UP);
    expect(await scene.destination.ready(ref, aLeg())).toMatchObject([{ join: {} }]);
  });
});

describe('the leg of a call that nobody knows by name yet', () => {
  it('is the call’s, and the destination’s likewise', async () => {
    const ref = await scene.aTransfer({ whisper: 'Call for {{first_name}}.' });
    expect(JSON.stringify(await scene.destination.answered(ref, aLeg()))).toContain('Jane');
    expect(await typesOf(ref)).toEqual(expect.arrayContaining(['CallPlaced', 'DestinationDialed']));
  });
});
