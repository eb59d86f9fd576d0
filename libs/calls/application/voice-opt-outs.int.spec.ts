import { afterEach, describe, expect, it } from '@jest/globals';
import { aReport } from '../calling-house.fixtures.js';
import { HANG_UP, HUMAN, LineScene, questionOf, says, UNKNOWN } from '../line-scene.fixtures.js';
import { type CallRef } from './live-calls.js';

const scene = LineScene.ofFile();
const over = aReport({ status: 'completed', durationSeconds: 9 });
const isOver = (ref: CallRef) => scene.consumer.reported(ref, over);
const typesOf = ({ leadId }: CallRef) => scene.house.typesOf(leadId);
const optOutsOf = async (ref: CallRef) =>
  (await typesOf(ref)).filter((type) => type === 'ConsumerOptedOut').length;

afterEach(() => {
  scene.house.answerer = 'human';
  scene.house.whileAsked = null;
});

describe('who says stop and hangs up', () => {
  it('has opted out, though the end is reported while it is asked who they are', async () => {
    const ref = await scene.aCall();
    const opening = await scene.consumer.answered(ref, UNKNOWN);
    scene.house.whileAsked = () => isOver(ref);
    expect(await scene.say(ref, opening, 'stop calling me, I told you')).toEqual(HANG_UP);
    expect((await typesOf(ref)).slice(-3)).toEqual([
      ...['PrequalificationAbandoned', 'CallEnded', 'ConsumerOptedOut'],
    ]);
    expect(await scene.house.lastOf(ref.leadId, 'ConsumerOptedOut')).toMatchObject({
      ...{ words: 'stop calling', personal: expect.stringMatching(/^v1\./) },
    });
    expect((await scene.house.desk.look(ref.leadId))?.lead).toMatchObject({ closure: 'opted_out' });
  });

  it.each([{ digits: '9' }, { speech: 'stop' }])(
    'has opted out, once, though the end was reported before: %j',
    async (reply) => {
      const ref = await scene.aCall();
      const [id, tries] = questionOf(await scene.consumer.answered(ref, HUMAN));
      await isOver(ref);
      for (const repeatToken of ['token', 'token', 'other', null]) {
        const report = aReport({ ...reply, repeatToken });
        expect(await scene.consumer.replied(ref, id, tries, report)).toEqual(HANG_UP);
        expect(await scene.consumer.disclosed(ref, 1, report)).toEqual(HANG_UP);
      }
      expect(await optOutsOf(ref)).toBe(1);
    },
  );

  it('and is a machine has not, unless it names calls, found out by then or not', async () => {
    for (const [speech, count] of [
      ['to cancel, press star', 0],
      ['stop calling me', 1],
    ] as const) {
      const ref = await scene.aCall();
      const opening = await scene.consumer.answered(ref, UNKNOWN);
      scene.house.answerer = 'machine';
      scene.house.whileAsked = () => isOver(ref);
      await scene.say(ref, opening, speech);
      expect(await optOutsOf(ref)).toBe(count);
    }
  });
});

describe('an opt-out during the disclosures', () => {
  it('counts though the conversation has come to something else', async () => {
    const ref = await scene.aQualified();
    const steps = await scene.consumer.disclosed(ref, 1, aReport({ digits: '9' }));
    expect(says(steps, 'not be called again')).toBe(true);
    expect(steps.at(-1)).toEqual({ hangUp: true });
    expect(await optOutsOf(ref)).toBe(1);
  });
});
