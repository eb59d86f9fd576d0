import { fixedClock } from '#libs/kernel';
import { TwilioTelephony } from '#libs/telephony';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../../apps/telephony-simulator/server.js';
import { ACCOUNT, ACME, CallingHouse, MONDAY } from '../calling-house.fixtures.js';

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
async function dialWhile(meanwhile: () => Promise<void>): Promise<string> {
  const leadId = await house.receive({ phone: PHONE, source: 'radio' });
  const pace = { consumerTurn: meanwhile };
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
    [
      'hours end',
      () => {
        clock.set(NIGHT);
        return Promise.resolve();
      },
    ],
  ])('does not go out where the %s meanwhile, and counts as no attempt', async (_, meanwhile) => {
    const leadId = await dialWhile(async () => {
      await meanwhile();
    });
    expect(await house.lastOf(leadId, 'CallEnded')).toMatchObject({ disposition: 'canceled' });
    expect((await house.desk.look(leadId))?.lead.past).toMatchObject([{ counts: false }]);
    expect(simulator.calls()).toEqual([]);
  });
});
