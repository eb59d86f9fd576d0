import { describe, expect, it } from '@jest/globals';
import { aReport } from '../calling-house.fixtures.js';
import { HANG_UP, HUMAN, LineScene, questionOf, says } from '../line-scene.fixtures.js';
import { callIdOf } from './call-desk.js';
import { type CallRef } from './live-calls.js';
import { conferenceOf } from './voice-urls.js';

const scene = LineScene.ofFile();

describe('a consumer who answers', () => {
  it('hears the disclosures once, and questions until the last is answered', async () => {
    const ref = await scene.aCall();
    const opening = await scene.consumer.answered(ref, HUMAN);
    expect(opening).toMatchObject([{ gather: { opening: { length: 4 } } }]);
    expect(says(opening, 'automated assistant')).toBe(true);
    expect(questionOf(opening)).toEqual(['interested', 1]);
    const second = await scene.press(ref, opening, '1');
    expect(says(second, 'automated assistant')).toBe(false);
    expect(questionOf(second)).toEqual(['insured', 1]);
  });

  it('waits for a destination in a room of their own once the last is answered', async () => {
    const ref = await scene.aQualified();
    const steps = await scene.consumer.next(ref, aReport());
    expect(steps.at(-1)).toMatchObject({ wait: { conference: conferenceOf(ref.callId) } });
  });

  it('is told the same when the provider asks the same again', async () => {
    const ref = await scene.aCall();
    const opening = await scene.consumer.answered(ref, HUMAN);
    const second = await scene.press(ref, opening, '1');
    expect(await scene.press(ref, opening, '2')).toEqual(second);
    expect(await scene.consumer.next(ref, aReport())).toEqual(second);
    const types = await scene.house.typesOf(ref.leadId);
    expect(types.filter((type) => type === 'QuestionAnswered')).toHaveLength(1);
    expect(types.filter((type) => type === 'PrequalificationStarted')).toHaveLength(1);
  });

  it('is asked again after silence, and let go after the last try', async () => {
    const ref = await scene.aCall();
    let steps = await scene.consumer.answered(ref, HUMAN);
    steps = await scene.press(ref, steps, null);
    expect(questionOf(steps)).toEqual(['interested', 2]);
    steps = await scene.press(ref, await scene.press(ref, steps, null), null);
    expect(steps.at(-1)).toEqual({ hangUp: true });
    expect(await scene.house.lastOf(ref.leadId, 'PrequalificationAbandoned')).toMatchObject({
      reason: 'no_input',
    });
  });

  it('opts out with the next word, and what was said is sealed', async () => {
    const ref = await scene.aCall();
    const opening = await scene.consumer.answered(ref, HUMAN);
    const steps = await scene.say(ref, opening, 'please stop calling my dear wife');
    expect(says(steps, 'not be called again')).toBe(true);
    const event = await scene.house.lastOf(ref.leadId, 'ConsumerOptedOut');
    expect(event).toMatchObject({ given: 'speech', personal: expect.stringMatching(/^v1\./) });
    expect(await scene.house.textOf(ref.leadId)).not.toContain('dear wife');
  });

  it('may opt out while the disclosures are still said', async () => {
    const ref = await scene.aCall();
    const opening = await scene.consumer.answered(ref, HUMAN);
    expect(opening.every((step) => 'gather' in step)).toBe(true);
    expect(says(await scene.press(ref, opening, '9'), 'not be called again')).toBe(true);
  });

  it('and cuts the disclosures short with something unclear hears them once more', async () => {
    const ref = await scene.aCall();
    const opening = await scene.consumer.answered(ref, HUMAN);
    const again = await scene.say(ref, opening, 'hello?');
    expect(says(again, 'automated assistant')).toBe(true);
    const third = await scene.say(ref, again, 'hello?');
    expect(questionOf(third)).toEqual(['interested', 3]);
    expect(says(third, 'automated assistant')).toBe(false);
  });

  it('that is a machine hears nothing', async () => {
    const ref = await scene.aCall();
    expect(await scene.consumer.answered(ref, aReport({ answeredBy: 'machine' }))).toEqual(HANG_UP);
    expect(await scene.house.typesOf(ref.leadId)).not.toContain('PrequalificationStarted');
  });
});

describe('copies of a request', () => {
  it('are known by their token, and answered as the call stands', async () => {
    const ref = await scene.aCall();
    const copy = { ...HUMAN, repeatToken: 'token-1' };
    await scene.press(ref, await scene.consumer.answered(ref, copy), '1');
    expect(questionOf(await scene.consumer.answered(ref, copy))).toEqual(['insured', 1]);
    await scene.consumer.reported(ref, aReport({ status: 'completed', durationSeconds: 9 }));
    expect(await scene.consumer.answered(ref, copy)).toEqual(HANG_UP);
    const other = await scene.aCall();
    await scene.consumer.answered(other, copy);
    const begun = async ({ leadId }: CallRef) =>
      (await scene.house.history(leadId)).find(({ type }) => type === 'PrequalificationStarted');
    const [one, another] = [await begun(ref), await begun(other)];
    expect(one?.metadata.commandId).toBe(another?.metadata.commandId);
  });
});

describe('a request about a call that is', () => {
  it('over is answered with the end of it, and changes nothing', async () => {
    const ref = await scene.aQualified();
    await scene.consumer.reported(ref, aReport({ status: 'completed', durationSeconds: 20 }));
    const before = await scene.house.typesOf(ref.leadId);
    expect(before.at(-1)).toBe('CallEnded');
    expect(await scene.consumer.answered(ref, HUMAN)).toEqual(HANG_UP);
    expect(await scene.consumer.next(ref, aReport())).toEqual(HANG_UP);
    expect(await scene.consumer.replied(ref, 'interested', 1, aReport({ digits: '1' }))).toEqual(
      HANG_UP,
    );
    await scene.consumer.reported(ref, aReport({ status: 'ringing' }));
    expect(await scene.house.typesOf(ref.leadId)).toEqual(before);
  });

  it('another one than the lead’s is hung up; of nobody’s it is not found', async () => {
    const { leadId } = await scene.aCall();
    const other = { leadId, callId: callIdOf(leadId, 9) };
    expect(await scene.consumer.answered(other, HUMAN)).toEqual(HANG_UP);
    for (const unknown of ['0b540a4c-7f23-8b90-8d15-6e9b0a4c7f23', 'nonsense']) {
      await expect(
        scene.consumer.next({ leadId: unknown, callId: 'x' }, aReport()),
      ).rejects.toMatchObject({
        code: 'call_not_found',
      });
    }
  });
});
