import { fixedClock } from '#libs/kernel';
import { type SeenEvent } from '#libs/reactors';
import { TwilioTelephony } from '#libs/telephony';
import { until } from '#libs/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  QUALIFIED,
  type Simulator,
  startSimulator,
} from '../../../apps/telephony-simulator/server.js';
import { callIdOf } from '../application/call-desk.js';
import { TakeBack } from '../application/take-back.js';
import { dialingStream } from '../application/dialing-streams.js';
import { ACCOUNT, ACME, aReport, CallingHouse, MONDAY } from '../calling-house.fixtures.js';
import { dialingStopReactor } from './dialing-stop.reactor.js';

const clock = fixedClock(MONDAY);
const [RINGING, TALKING] = ['+12125557001', '+12125557002'] as const;
let simulator: Simulator;
let telephony: TwilioTelephony;
let house: CallingHouse;

beforeAll(async () => {
  const patient = { ...QUALIFIED, ringSeconds: 10_000 };
  const people = { [RINGING]: patient, [TALKING]: patient };
  simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 1, seed: 7, people });
  telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
});
afterAll(() => simulator.close());
beforeEach(async () => {
  house = await CallingHouse.open(clock);
  await house.setUp();
});
afterEach(() => house.close());

async function called(phone: string): Promise<string> {
  const leadId = await house.receive({ phone });
  await house.dialler(telephony).dial(ACME, leadId);
  return leadId;
}

/** What the stop leads to while the queue shows the log up to a position. */
async function stopped(leadIds: readonly string[], shownTo: bigint) {
  await house.changeDialing({ type: 'StopDialing', reason: null });
  const stop = (await house.runner.history(dialingStream(ACME))).at(-1)!;
  const queue = { onCall: () => Promise.resolve(leadIds) };
  const shown = { reaches: (position: bigint) => Promise.resolve(position <= shownTo) };
  const takeBack = new TakeBack(house.desk, telephony);
  const reactor = dialingStopReactor({
    ...{ desk: house.desk, queue, shown },
    telephony,
    takeBack,
    clock,
  });
  const seen = { ...stop, position: 100n } as SeenEvent;
  return { reactor, answer: await reactor.on['DialingStopped']!(seen, { turn: 0, memo: null }) };
}

const legOf = (phone: string) => simulator.calls().find(({ to }) => to === phone);

describe('an emergency stop', () => {
  it('ends calls that nobody answered yet, and cuts nobody off who talks', async () => {
    const leadIds = [await called(RINGING), await called(TALKING)] as const;
    const ref = { leadId: leadIds[1], callId: callIdOf(leadIds[1], 1) };
    const { providerCallId } = (await house.lastOf(ref.leadId, 'CallPlaced'))!;
    await house.voice.consumers.reported(ref, aReport({ providerCallId, answeredBy: 'human' }));
    const { reactor, answer } = await stopped(leadIds, 100n);
    for (const command of answer as unknown[]) await reactor.run(command, house.context());
    await until('the phone to be silent', () => legOf(RINGING)?.endedAt);
    expect(legOf(TALKING)?.endedAt).toBeNull();
  });

  it('waits until the queue shows who was called before it', async () => {
    const { answer } = await stopped([], 99n);
    expect(answer).toEqual({ again: { at: new Date(Date.parse(MONDAY) + 100) } });
  });

  it('ends a call whose order was under way when it was pulled', async () => {
    const leadId = await house.receive({ phone: RINGING });
    const place = telephony.placeCall.bind(telephony);
    telephony.placeCall = async (order) => {
      await house.changeDialing({ type: 'StopDialing', reason: null });
      return place(order);
    };
    await house.dialler(telephony).dial(ACME, leadId);
    telephony.placeCall = place;
    const { providerCallId } = (await house.lastOf(leadId, 'CallPlaced'))!;
    const isOver = () => simulator.calls().find(({ sid }) => sid === providerCallId)?.endedAt;
    await until('the phone to be silent', isOver);
  });
});
