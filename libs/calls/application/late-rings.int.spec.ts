import { beforeEach, describe, expect, it } from '@jest/globals';
import { ACME, aReport } from '../calling-house.fixtures.js';
import { DiallerScene, NIGHT } from '../dialler-scene.fixtures.js';
import { historyOf, requestTransfer } from '../domain/calls.fixtures.js';
import { type CallRef } from './live-calls.js';
import { callIdOf, transferIdOf } from './call-desk.js';
import { type TransferRef } from './destination-line.js';

const scene = DiallerScene.ofFile();
const HANG_UP = [{ hangUp: true }];

beforeEach(() => {
  scene.simulator.setFaults({ loseOrderAnswer: 1 });
});

let phones = 8_000;
const consumer = () => scene.house.voice.consumers;
const stop = () => scene.house.changeDialing({ type: 'StopDialing', reason: null });
const pause = () =>
  scene.house.changeDialing({ type: 'PauseSource', source: 'radio', reason: null });
const nightfall = () => {
  scene.clock.set(NIGHT);
  return Promise.resolve();
};

/** A consumer who was ordered to be called; the answer of the order was lost. */
async function ordered(): Promise<CallRef & { readonly sid: string }> {
  const phone = `+1212555${(phones += 1)}`;
  const leadId = await scene.house.receive({ phone, source: 'radio' });
  await scene.house.dialler(scene.telephony).dial(ACME, leadId);
  expect(await scene.house.typesOf(leadId)).toEqual(['CallAttempted']);
  const sid = scene.simulator.calls().find(({ to }) => to === phone)?.sid ?? '';
  return { leadId, callId: callIdOf(leadId, 1), sid };
}

const reports = (
  { sid, ...ref }: Awaited<ReturnType<typeof ordered>>,
  report: Partial<Parameters<typeof aReport>[0]>,
) => consumer().reported(ref, aReport({ providerCallId: sid, ...report }));

describe('a consumer whom the provider dials late', () => {
  it.each([
    ['stop was pulled', stop],
    ['source was paused', pause],
    ['hours ended', nightfall],
  ])('is not rung where the %s meanwhile, and it counts as no attempt', async (_, meanwhile) => {
    const call = await ordered();
    await meanwhile();
    await reports(call, { status: 'initiated', sequence: 0 });
    expect(scene.house.hungUp).toEqual([call.sid]);
    await reports(call, { status: 'canceled', sequence: 1 });
    expect(await scene.house.typesOf(call.leadId)).toEqual([
      'CallAttempted',
      'CallPlaced',
      'CallEnded',
    ]);
    expect((await scene.house.desk.look(call.leadId))?.lead.past).toMatchObject([
      { counts: false },
    ]);
  });

  it('is hung up on when the first that is heard is that it rings, which counts', async () => {
    const call = await ordered();
    await stop();
    await reports(call, { status: 'ringing', sequence: 1 });
    await reports(call, { status: 'canceled', sequence: 2 });
    expect(scene.house.hungUp).toEqual([call.sid]);
    expect((await scene.house.desk.look(call.leadId))?.lead.past).toMatchObject([{ counts: true }]);
  });

  it('is not rung for a call that was given up as lost', async () => {
    const call = await ordered();
    await scene.house.desk.run(
      ACME,
      call.leadId,
      { type: 'CloseLostCall', callId: call.callId, at: scene.house.desk.now() },
      scene.house.context(),
    );
    await reports(call, { status: 'initiated', sequence: 0 });
    expect(scene.house.hungUp).toEqual([call.sid]);
  });

  it('is rung where nothing has changed', async () => {
    const call = await ordered();
    await reports(call, { status: 'initiated', sequence: 0 });
    await reports(call, { status: 'ringing', sequence: 1 });
    expect(scene.house.hungUp).toEqual([]);
    expect(await scene.house.typesOf(call.leadId)).toEqual([
      'CallAttempted',
      'CallPlaced',
      'CallRang',
    ]);
  });

  it('is not rung where nobody can say whether they may be', async () => {
    const call = await ordered();
    scene.house.keys.find = () => new Promise(() => undefined);
    await reports(call, { status: 'initiated', sequence: 0 });
    expect(scene.house.hungUp).toEqual([call.sid]);
  });
});

describe('whoever answers under a stop', () => {
  const answers = ({ sid, ...ref }: Awaited<ReturnType<typeof ordered>>) =>
    consumer().answered(ref, aReport({ providerCallId: sid, answeredBy: 'human' }));

  it('a call nothing was heard of before hears nothing, however often it is asked', async () => {
    const call = await ordered();
    await stop();
    expect(await answers(call)).toEqual(HANG_UP);
    expect(await answers(call)).toEqual(HANG_UP);
    const told = ['CallAttempted', 'CallPlaced', 'CallRang', 'CallAnswered', 'CallEnded'];
    expect(await scene.house.typesOf(call.leadId)).toEqual(told);
    await reports(call, { status: 'completed', durationSeconds: 1 });
    expect(await scene.house.lastOf(call.leadId, 'CallEnded')).toMatchObject({
      ...{ disposition: 'hung_up', hungUpBy: 'system' },
    });
  });

  it('is not cut off in the middle of a talk', async () => {
    const call = await ordered();
    await answers(call);
    await stop();
    await reports(call, { status: 'ringing', sequence: 1 });
    expect(JSON.stringify(await answers(call))).toContain('gather');
    expect(scene.house.hungUp).toEqual([]);
    expect(await scene.house.typesOf(call.leadId)).toContain('PrequalificationStarted');
  });
});

describe('a destination that the provider dials late', () => {
  /** Ordered for a consumer who waits. */
  async function orderedFor(call: Awaited<ReturnType<typeof ordered>>): Promise<TransferRef> {
    const { sid, ...ref } = call;
    await consumer().answered(ref, aReport({ providerCallId: sid, answeredBy: 'human' }));
    for (const question of ['interested', 'insured', 'ready']) {
      await consumer().replied(ref, question, 1, aReport({ providerCallId: sid, digits: '1' }));
    }
    const transferId = transferIdOf(ref.callId, 1);
    const at = scene.house.desk.now();
    const wish = requestTransfer(1, { callId: ref.callId, transferId, at });
    const decided = historyOf(await scene.house.history(ref.leadId), wish);
    await scene.house.append(ref.leadId, ...decided.slice(-1));
    expect((await scene.house.typesOf(ref.leadId)).at(-1)).toBe('TransferRequested');
    return { ...ref, transferId };
  }
  const dialed = (ref: TransferRef) =>
    scene.house.voice.destinations.reported(
      ref,
      aReport({ providerCallId: 'CA2', status: 'initiated', sequence: 0 }),
    );

  it('is rung while the consumer waits', async () => {
    await dialed(await orderedFor(await ordered()));
    expect(scene.house.hungUp).toEqual([]);
  });

  it('is not where the consumer is gone', async () => {
    const call = await ordered();
    const ref = await orderedFor(call);
    await reports(call, { status: 'completed', durationSeconds: 40 });
    await dialed(ref);
    expect(scene.house.hungUp).toEqual(['CA2']);
  });

  it('is not where the stop was pulled, which is the outcome of the transfer', async () => {
    const ref = await orderedFor(await ordered());
    await stop();
    await dialed(ref);
    expect(scene.house.hungUp).toEqual(['CA2']);
    expect(await scene.house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({
      reason: 'stopped',
    });
  });
});
