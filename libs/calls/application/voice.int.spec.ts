import { fixedClock } from '#libs/kernel';
import { type VoiceStep } from '#libs/telephony';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { GREETINGS } from '../../../apps/telephony-simulator/people/person.js';
import { aReport, CallingHouse, MONDAY } from '../calling-house.fixtures.js';
import { historyOf, requestTransfer, startCall } from '../domain/calls.fixtures.js';
import { type CallRef } from './live-calls.js';
import { callIdOf, transferIdOf } from './call-desk.js';
import { type TransferRef } from './destination-line.js';
import { conferenceOf } from './voice-urls.js';

const clock = fixedClock(MONDAY);
let house: CallingHouse;

beforeAll(async () => {
  house = await CallingHouse.open(clock);
  await house.setUp();
});
afterAll(() => house.close());

/** A call that was placed and rings. */
async function aCall(
  script = house.scriptId,
  machineDetection: 'async' | 'off' = 'async',
): Promise<CallRef> {
  const leadId = await house.receive();
  const callId = callIdOf(leadId, 1);
  const record = { ...startCall().record, scriptId: script, scriptVersion: 1 };
  const [received] = await house.history(leadId);
  const at = clock.now().toISOString();
  const command = startCall({ callId, record, machineDetection, at });
  const until = new Date(clock.now().getTime() + 3_600_000).toISOString();
  const decided = historyOf([received!], { ...command, until });
  await house.append(leadId, ...decided.slice(1));
  return { leadId, callId };
}

const consumer = () => house.voice.consumers;
const destination = () => house.voice.destinations;
const human = aReport({ answeredBy: 'human' });
const says = (steps: readonly VoiceStep[], words: string) => JSON.stringify(steps).includes(words);
const questionOf = (steps: readonly VoiceStep[]) => {
  const last = steps.at(-1);
  const [, id = '', tries = ''] =
    /questions\/(\w+)\/(\d+)$/.exec(
      last !== undefined && 'gather' in last ? last.gather.actionUrl : '',
    ) ?? [];
  return [id, Number(tries)] as const;
};
const press = async (ref: CallRef, steps: readonly VoiceStep[], digits: string | null) =>
  consumer().replied(ref, ...questionOf(steps), aReport({ digits }));
const HANG_UP = [{ hangUp: true }];

/** A consumer who said yes to everything and waits. */
async function aQualified(): Promise<CallRef> {
  const ref = await aCall();
  let steps = await consumer().answered(ref, human);
  for (let asked = 0; asked < 3; asked += 1) steps = await press(ref, steps, '1');
  expect(steps.at(-1)).toMatchObject({ wait: { conference: conferenceOf(ref.callId) } });
  return ref;
}

/** One whom a destination is dialed for. */
async function aTransfer(settings = {}): Promise<TransferRef> {
  const ref = await aQualified();
  const destinationId = await house.addDestination(settings);
  const transferId = transferIdOf(ref.callId, 1);
  const wish = requestTransfer(1, { callId: ref.callId, transferId });
  const chosen = { ...wish.destination, destinationId };
  const command = { ...wish, destination: chosen, at: clock.now().toISOString() };
  const decided = historyOf(await house.history(ref.leadId), command);
  await house.append(ref.leadId, ...decided.slice(-1));
  return { ...ref, transferId };
}

const leg = (report: Parameters<typeof aReport>[0] = {}) =>
  aReport({ providerCallId: 'CA2', answeredBy: 'human', ...report });

describe('a consumer who answers', () => {
  it('hears the disclosures once, and questions until the last is answered', async () => {
    const ref = await aCall();
    const opening = await consumer().answered(ref, human);
    expect(opening).toMatchObject([{ gather: { opening: { length: 4 } } }]);
    expect(says(opening, 'automated assistant')).toBe(true);
    expect(questionOf(opening)).toEqual(['interested', 1]);
    const second = await press(ref, opening, '1');
    expect(says(second, 'automated assistant')).toBe(false);
    expect(questionOf(second)).toEqual(['insured', 1]);
  });

  it('is told the same when the provider asks the same again', async () => {
    const ref = await aCall();
    const opening = await consumer().answered(ref, human);
    const second = await press(ref, opening, '1');
    expect(await press(ref, opening, '2')).toEqual(second);
    expect(await consumer().next(ref)).toEqual(second);
    const types = await house.typesOf(ref.leadId);
    expect(types.filter((type) => type === 'QuestionAnswered')).toHaveLength(1);
    expect(types.filter((type) => type === 'PrequalificationStarted')).toHaveLength(1);
  });

  it('is asked again after silence, and let go after the last try', async () => {
    const ref = await aCall();
    let steps = await consumer().answered(ref, human);
    steps = await press(ref, steps, null);
    expect(questionOf(steps)).toEqual(['interested', 2]);
    steps = await press(ref, await press(ref, steps, null), null);
    expect(steps.at(-1)).toEqual({ hangUp: true });
    expect(await house.lastOf(ref.leadId, 'PrequalificationAbandoned')).toMatchObject({
      reason: 'no_input',
    });
  });

  it('opts out with the next word, and what was said is sealed', async () => {
    const ref = await aCall();
    const opening = await consumer().answered(ref, human);
    const heard = aReport({ speech: 'please stop calling my dear wife' });
    const steps = await consumer().replied(ref, ...questionOf(opening), heard);
    expect(says(steps, 'not be called again')).toBe(true);
    const event = await house.lastOf(ref.leadId, 'ConsumerOptedOut');
    expect(event).toMatchObject({ given: 'speech', personal: expect.stringMatching(/^v1\./) });
    expect(await house.textOf(ref.leadId)).not.toContain('dear wife');
  });

  it('may opt out while the disclosures are still said', async () => {
    const ref = await aCall();
    const opening = await consumer().answered(ref, human);
    expect(opening.every((step) => 'gather' in step)).toBe(true);
    expect(says(await press(ref, opening, '9'), 'not be called again')).toBe(true);
  });

  it('and cuts the disclosures short with something unclear hears them once more', async () => {
    const ref = await aCall();
    const opening = await consumer().answered(ref, human);
    const hello = aReport({ speech: 'hello?' });
    const again = await consumer().replied(ref, ...questionOf(opening), hello);
    expect(says(again, 'automated assistant')).toBe(true);
    const third = await consumer().replied(ref, ...questionOf(again), hello);
    expect(questionOf(third)).toEqual(['interested', 3]);
    expect(says(third, 'automated assistant')).toBe(false);
  });

  it('that is a machine hears nothing', async () => {
    const ref = await aCall();
    expect(await consumer().answered(ref, aReport({ answeredBy: 'machine' }))).toEqual(HANG_UP);
    expect(await house.typesOf(ref.leadId)).not.toContain('PrequalificationStarted');
  });
});

describe('a machine that is found out while the script is heard', () => {
  const found = (answeredBy: 'human' | 'machine') => ({ providerCallId: 'CA1', answeredBy });
  const unknown = aReport({ answeredBy: null });

  it('is hung up on, hears no more, and answers nothing', async () => {
    const ref = await aCall();
    const opening = await consumer().answered(ref, unknown);
    house.hungUp.length = 0;
    await consumer().recognised(ref, found('machine'));
    expect(house.hungUp).toEqual(['CA1']);
    expect(await press(ref, opening, '1')).toEqual(HANG_UP);
    expect(await consumer().next(ref)).toEqual(HANG_UP);
    await consumer().reported(ref, aReport({ status: 'completed', durationSeconds: 6 }));
    expect(await house.typesOf(ref.leadId)).not.toContain('QuestionAnswered');
    expect(await house.lastOf(ref.leadId, 'CallEnded')).toMatchObject({ disposition: 'machine' });
  });

  it('may still be a person who says stop', async () => {
    const ref = await aCall();
    const opening = await consumer().answered(ref, unknown);
    await consumer().recognised(ref, found('machine'));
    await consumer().replied(ref, ...questionOf(opening), aReport({ speech: 'stop calling me' }));
    expect(await house.typesOf(ref.leadId)).toContain('ConsumerOptedOut');
  });

  it('is none where a key was pressed before', async () => {
    const ref = await aCall();
    const second = await press(ref, await consumer().answered(ref, unknown), '1');
    house.hungUp.length = 0;
    await consumer().recognised(ref, found('machine'));
    expect(house.hungUp).toEqual([]);
    expect(await house.typesOf(ref.leadId)).not.toContain('AnswererRecognised');
    expect(await press(ref, second, '1')).not.toEqual(HANG_UP);
  });

  it('is a person, and nothing comes of it but that it is known', async () => {
    const ref = await aCall();
    await consumer().answered(ref, unknown);
    house.hungUp.length = 0;
    await consumer().recognised(ref, found('human'));
    await consumer().recognised(ref, found('human'));
    expect(house.hungUp).toEqual([]);
    expect(await house.lastOf(ref.leadId, 'AnswererRecognised')).toMatchObject({
      answeredBy: 'human',
    });
  });
});

describe('what is said before anybody knows who answered', () => {
  const say = (ref: CallRef, steps: readonly VoiceStep[], speech: string) =>
    consumer().replied(ref, ...questionOf(steps), aReport({ speech }));
  const unknown = aReport({ answeredBy: null });
  afterEach(() => {
    house.answerer = 'human';
  });

  it.each(GREETINGS)(
    'is no answer where the provider says it is a machine: %s',
    async (greeting) => {
      house.answerer = 'machine';
      const ref = await aCall();
      const opening = await consumer().answered(ref, unknown);
      expect(await say(ref, opening, greeting)).toEqual(HANG_UP);
      const types = await house.typesOf(ref.leadId);
      expect(types.slice(-2)).toEqual(['PrequalificationStarted', 'AnswererRecognised']);
    },
  );

  it('is an answer where it is a person, who is asked for once', async () => {
    const ref = await aCall();
    const opening = await consumer().answered(ref, unknown);
    house.lookUps = 0;
    const second = await say(ref, opening, 'yes');
    expect(questionOf(second)).toEqual(['insured', 1]);
    await say(ref, second, 'yes');
    expect(house.lookUps).toBe(1);
    expect(await house.lastOf(ref.leadId, 'AnswererRecognised')).toMatchObject({
      answeredBy: 'human',
    });
  });

  it.each([null, 'unknown', 'never'] as const)(
    'is an answer where the provider says %s',
    async (by) => {
      house.answerer = by;
      const ref = await aCall();
      const opening = await consumer().answered(ref, unknown);
      expect(questionOf(await say(ref, opening, 'yes'))).toEqual(['insured', 1]);
      expect(await house.typesOf(ref.leadId)).not.toContain('AnswererRecognised');
    },
  );

  it('is heard without asking where keys were pressed, or machines are not looked for', async () => {
    const ref = await aCall();
    const opening = await consumer().answered(ref, unknown);
    house.lookUps = 0;
    const second = await press(ref, opening, '1');
    await say(ref, second, 'yes');
    const other = await aCall(house.scriptId, 'off');
    await say(other, await consumer().answered(other, unknown), 'yes');
    expect(house.lookUps).toBe(0);
  });
});

describe('a request about a call that is', () => {
  it('over is answered with the end of it, and changes nothing', async () => {
    const ref = await aQualified();
    await consumer().reported(ref, aReport({ status: 'completed', durationSeconds: 20 }));
    const before = await house.typesOf(ref.leadId);
    expect(before.at(-1)).toBe('CallEnded');
    expect(await consumer().answered(ref, human)).toEqual(HANG_UP);
    expect(await consumer().next(ref)).toEqual(HANG_UP);
    expect(await consumer().replied(ref, 'interested', 1, aReport({ digits: '1' }))).toEqual(
      HANG_UP,
    );
    await consumer().reported(ref, aReport({ status: 'ringing' }));
    expect(await house.typesOf(ref.leadId)).toEqual(before);
  });

  it('another one than the lead’s is hung up; of nobody’s it is not found', async () => {
    const { leadId } = await aCall();
    const other = { leadId, callId: callIdOf(leadId, 9) };
    expect(await consumer().answered(other, human)).toEqual(HANG_UP);
    for (const unknown of ['0b540a4c-7f23-8b90-8d15-6e9b0a4c7f23', 'nonsense']) {
      await expect(consumer().next({ leadId: unknown, callId: 'x' })).rejects.toMatchObject({
        code: 'call_not_found',
      });
    }
  });
});

describe('a destination that answers', () => {
  it('hears who waits, accepts by key, and joins the consumer', async () => {
    const ref = await aTransfer({ whisper: 'Call for {{first_name}}.', acceptKey: '1' });
    const steps = await destination().answered(ref, leg());
    expect(steps).toMatchObject([{ gather: { prompt: 'Call for Jane. Press 1 to accept.' } }]);
    const joined = await destination().ready(ref, leg({ digits: '1' }));
    expect(joined).toMatchObject([{ join: { conference: conferenceOf(ref.callId) } }]);
    expect(await destination().ready(ref, leg({ digits: '1' }))).toEqual(joined);
    expect(await house.typesOf(ref.leadId)).not.toContain('CallBridged');
    const seen = { event: 'joined', providerCallId: leg().providerCallId, at: null } as const;
    await destination().seen(ref, { ...seen, providerCallId: human.providerCallId });
    expect(await house.typesOf(ref.leadId)).not.toContain('CallBridged');
    await destination().seen(ref, seen);
    await destination().seen(ref, { ...seen, event: 'left' });
    const types = await house.typesOf(ref.leadId);
    expect(types.filter((type) => type === 'CallBridged')).toHaveLength(1);
  });

  it('is connected without a key where none is asked', async () => {
    const ref = await aTransfer({ whisper: 'A call.' });
    const steps = await destination().answered(ref, leg());
    expect(steps).toMatchObject([{ say: 'A call.' }, { redirect: expect.any(String) }]);
    expect(await destination().ready(ref, leg())).toMatchObject([{ join: {} }]);
  });

  it.each(['2', null])('is let go where it presses %j instead', async (digits) => {
    const ref = await aTransfer({ acceptKey: '1' });
    await destination().answered(ref, leg());
    expect(await destination().ready(ref, leg({ digits }))).toEqual(HANG_UP);
    expect(await house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({ reason: 'declined' });
  });

  it('is not connected where it is a machine', async () => {
    const ref = await aTransfer();
    expect(await destination().answered(ref, leg({ answeredBy: 'machine' }))).toEqual(HANG_UP);
    expect(await house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({ reason: 'machine' });
    expect(await destination().ready(ref, leg())).toEqual(HANG_UP);
  });

  it('is hung up where the consumer is gone', async () => {
    const ref = await aTransfer();
    await consumer().reported(ref, aReport({ status: 'completed', durationSeconds: 30 }));
    expect(await destination().answered(ref, leg())).toEqual(HANG_UP);
    expect(await destination().ready(ref, leg())).toEqual(HANG_UP);
  });
});
