import { afterEach, describe, expect, it } from '@jest/globals';
import { GREETINGS } from '../../../apps/telephony-simulator/people/person.js';
import { aReport } from '../calling-house.fixtures.js';
import { HANG_UP, LineScene, questionOf, UNKNOWN } from '../line-scene.fixtures.js';

const scene = LineScene.ofFile();

describe('a machine that is found out while the script is heard', () => {
  const found = (answeredBy: 'human' | 'machine') => ({ providerCallId: 'CA1', answeredBy });

  it('is hung up on, hears no more, and answers nothing', async () => {
    const ref = await scene.aCall();
    const opening = await scene.consumer.answered(ref, UNKNOWN);
    scene.house.hungUp.length = 0;
    await scene.consumer.recognised(ref, found('machine'));
    expect(scene.house.hungUp).toEqual(['CA1']);
    expect(await scene.press(ref, opening, '1')).toEqual(HANG_UP);
    expect(await scene.consumer.next(ref, aReport())).toEqual(HANG_UP);
    await scene.consumer.reported(ref, aReport({ status: 'completed', durationSeconds: 6 }));
    expect(await scene.house.typesOf(ref.leadId)).not.toContain('QuestionAnswered');
    expect(await scene.house.lastOf(ref.leadId, 'CallEnded')).toMatchObject({
      disposition: 'machine',
    });
  });

  it('may still be a person who says stop', async () => {
    const ref = await scene.aCall();
    const opening = await scene.consumer.answered(ref, UNKNOWN);
    await scene.consumer.recognised(ref, found('machine'));
    await scene.say(ref, opening, 'stop calling me');
    expect(await scene.house.typesOf(ref.leadId)).toContain('ConsumerOptedOut');
  });

  it('is none where a key was pressed before', async () => {
    const ref = await scene.aCall();
    const second = await scene.press(ref, await scene.consumer.answered(ref, UNKNOWN), '1');
    scene.house.hungUp.length = 0;
    await scene.consumer.recognised(ref, found('machine'));
    expect(scene.house.hungUp).toEqual([]);
    expect(await scene.house.typesOf(ref.leadId)).not.toContain('AnswererRecognised');
    expect(await scene.press(ref, second, '1')).not.toEqual(HANG_UP);
  });

  it('is a person, and nothing comes of it but that it is known', async () => {
    const ref = await scene.aCall();
    await scene.consumer.answered(ref, UNKNOWN);
    scene.house.hungUp.length = 0;
    await scene.consumer.recognised(ref, found('human'));
    await scene.consumer.recognised(ref, found('human'));
    expect(scene.house.hungUp).toEqual([]);
    expect(await scene.house.lastOf(ref.leadId, 'AnswererRecognised')).toMatchObject({
      answeredBy: 'human',
    });
  });
});

describe('what is said before anybody knows who answered', () => {
  afterEach(() => {
    scene.house.answerer = 'human';
  });

  it.each(GREETINGS)(
    'is no answer where the provider says it is a machine: %s',
    async (greeting) => {
      scene.house.answerer = 'machine';
      const ref = await scene.aCall();
      const opening = await scene.consumer.answered(ref, UNKNOWN);
      expect(await scene.say(ref, opening, greeting)).toEqual(HANG_UP);
      const types = await scene.house.typesOf(ref.leadId);
      expect(types.slice(-2)).toEqual(['PrequalificationStarted', 'AnswererRecognised']);
    },
  );

  it('is an answer where it is a person, who is asked for once', async () => {
    const ref = await scene.aCall();
    const opening = await scene.consumer.answered(ref, UNKNOWN);
    scene.house.lookUps = 0;
    const second = await scene.say(ref, opening, 'yes');
    expect(questionOf(second)).toEqual(['insured', 1]);
    await scene.say(ref, second, 'yes');
    expect(scene.house.lookUps).toBe(1);
    expect(await scene.house.lastOf(ref.leadId, 'AnswererRecognised')).toMatchObject({
      answeredBy: 'human',
    });
  });

  it.each([null, 'unknown', 'never'] as const)(
    'is an answer where the provider says %s',
    async (by) => {
      scene.house.answerer = by;
      const ref = await scene.aCall();
      const opening = await scene.consumer.answered(ref, UNKNOWN);
      expect(questionOf(await scene.say(ref, opening, 'yes'))).toEqual(['insured', 1]);
      expect(await scene.house.typesOf(ref.leadId)).not.toContain('AnswererRecognised');
    },
  );

  it('is heard without asking where keys were pressed, or machines are not looked for', async () => {
    const ref = await scene.aCall();
    const opening = await scene.consumer.answered(ref, UNKNOWN);
    scene.house.lookUps = 0;
    const second = await scene.press(ref, opening, '1');
    await scene.say(ref, second, 'yes');
    const other = await scene.aCall('off');
    await scene.say(other, await scene.consumer.answered(other, UNKNOWN), 'yes');
    expect(scene.house.lookUps).toBe(0);
  });
});
