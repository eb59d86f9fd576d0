import { fixedClock } from '#libs/kernel';
import { TwilioTelephony } from '#libs/telephony';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../../apps/telephony-simulator/server.js';
import {
  ACCOUNT,
  ACME,
  aReport,
  CallingHouse,
  MONDAY,
  OURS,
  SPOKEN,
} from '../calling-house.fixtures.js';
import {
  foundIneligible,
  requestTransfer,
  someSettings as someDialing,
} from '../domain/calls.fixtures.js';
import { someSettings as someDestination } from '../domain/destination.fixtures.js';
import { callIdOf, transferIdOf } from './call-desk.js';
import { DestinationDialler } from './destination-dialler.js';
import { StopCheck } from './stop-check.js';

const NIGHT = '2026-12-01T08:00:00.000Z';
const PHONE = '+12125557001';
const clock = fixedClock(MONDAY);
let simulator: Simulator;
let telephony: TwilioTelephony;
let house: CallingHouse;

beforeAll(async () => {
  simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 1, seed: 7 });
  telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
});
afterAll(() => simulator.close());
beforeEach(async () => {
  clock.set(MONDAY);
  house = await CallingHouse.open(clock);
  await house.setUp();
});
afterEach(() => house.close());

/** Dials a lead whose order waits for its turn, while something happens. */
async function dialWhile(meanwhile: (leadId: string) => Promise<unknown>): Promise<string> {
  const leadId = await house.receive({ phone: PHONE, source: 'radio' });
  const pace = { consumerTurn: () => meanwhile(leadId).then(() => true) };
  await house.dialler(telephony, { pace }).dial(ACME, leadId);
  return leadId;
}

describe('an order that waited for its turn', () => {
  it.each([
    ['stop is pulled', () => house.changeDialing({ type: 'StopDialing', reason: null })],
    [
      'source is paused',
      () => house.changeDialing({ type: 'PauseSource', source: 'radio', reason: null }),
    ],
    ['consumer wants no more calls', (leadId: string) => house.append(leadId, foundIneligible())],
    [
      'hours end',
      () => {
        clock.set(NIGHT);
        return Promise.resolve();
      },
    ],
  ])('does not go out where the %s meanwhile, and counts as no attempt', async (_, meanwhile) => {
    const leadId = await dialWhile(meanwhile);
    expect(await house.lastOf(leadId, 'CallEnded')).toMatchObject({ disposition: 'canceled' });
    expect((await house.desk.look(leadId))?.lead.past).toMatchObject([{ counts: false }]);
    expect(simulator.calls()).toEqual([]);
  });
});

/** A consumer who said yes to everything and waits. */
async function aWaitingConsumer() {
  const leadId = await house.receive({ phone: PHONE });
  await house.dialler(telephony).dial(ACME, leadId);
  const ref = { leadId, callId: callIdOf(leadId, 1) };
  const { providerCallId = '' } = (await house.lastOf(leadId, 'CallPlaced')) ?? {};
  const line = house.voice.consumers;
  await line.answered(ref, aReport({ providerCallId, answeredBy: 'human' }));
  for (const question of ['interested', 'insured', 'ready']) {
    await line.replied(ref, question, 1, aReport({ providerCallId, digits: '1' }));
  }
  const lead = (await house.desk.look(leadId))?.lead;
  if (lead?.current == null) throw new Error('The consumer does not wait.');
  const ids = { tenantId: ACME, attempt: 1, transferId: transferIdOf(ref.callId, 1) };
  const stop = new StopCheck({ dialing: house.dialing(), voice: SPOKEN }, ACME);
  const at = house.desk.now();
  return { ...ids, lead, call: lead.current, consumer: { phone: PHONE }, stop, at };
}

describe('an order to a destination that waited for its turn', () => {
  it('does not go out where the stop is pulled meanwhile', async () => {
    const waiting = await aWaitingConsumer();
    const destinationTurn = async () => {
      await house.changeDialing({ type: 'StopDialing', reason: null });
    };
    const { desk, urls } = house;
    const dialler = new DestinationDialler({ desk, telephony, urls, pace: { destinationTurn } });
    const known = { version: 1, paused: false, usage: null };
    const destination = { ...known, destinationId: 'buyer-1', settings: someDestination() };
    const settings = someDialing({ callingNumbers: [OURS] });
    const dialing = { settings, version: 1, stopped: false, pausedSources: [] };
    const { routing } = requestTransfer();
    await dialler.dial(waiting, { destination, routing, dialing }, house.context());
    const { leadId } = waiting.lead;
    expect(await house.lastOf(leadId, 'TransferFailed')).toMatchObject({ reason: 'canceled' });
    expect(simulator.calls().map(({ to }) => to)).toEqual([PHONE]);
  });
});
