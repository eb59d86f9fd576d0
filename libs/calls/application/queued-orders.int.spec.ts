import { fixedClock } from '#libs/kernel';
import { TwilioTelephony } from '#libs/telephony';
import { until } from '#libs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  type Application,
  startApplication,
  type WebhookRequest,
} from '../../../apps/telephony-simulator/application.fixtures.js';
import {
  QUALIFIED,
  type Simulator,
  startSimulator,
} from '../../../apps/telephony-simulator/server.js';
import { ACCOUNT, ACME, CallingHouse, MONDAY } from '../calling-house.fixtures.js';
import { type Voice, voiceOf } from '../voice.js';
import { VoiceUrls } from './voice-urls.js';

const NIGHT = '2026-12-01T08:00:00.000Z';
const FIRST = '+12125557001';
const OTHERS = ['+12125557002', '+12125557003'];
const patient = { ...QUALIFIED, ringSeconds: 24 };
const people = {
  [FIRST]: { ...QUALIFIED, ringSeconds: 1 },
  ...Object.fromEntries(OTHERS.map((phone) => [phone, patient])),
};
const clock = fixedClock(MONDAY);
let application: Application;
let simulator: Simulator;
let telephony: TwilioTelephony;
let house: CallingHouse;
let voice: Voice;
let reports: Promise<void>[];

/** The account dials one call in five seconds; night falls when the first is answered. */
beforeEach(async () => {
  clock.set(MONDAY);
  reports = [];
  application = await startApplication(ACCOUNT.authToken);
  simulator = await startSimulator({
    ...{ ...ACCOUNT, port: 0, speed: 5, seed: 7, callsPerSecond: 0.2, people },
    onStep: ({ to, status }) => {
      if (to === FIRST && status === 'in-progress') clock.set(NIGHT);
    },
  });
  telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
  house = await CallingHouse.open(clock);
  await house.setUp();
  const { runner, keys } = house;
  const told = { publicBaseUrl: application.url, authToken: ACCOUNT.authToken };
  voice = voiceOf({ runner, keys, clock, telephony, provider: 'twilio', ...told });
  application.instruct(answer);
});
afterEach(async () => {
  await simulator.close();
  await Promise.all(reports);
  await Promise.all([application.close(), house.close()]);
});

/** What the api would do, as far as this is about. */
function answer({ path, report }: WebhookRequest) {
  const [, leadId = '', callId = ''] = /([^/]+)\/calls\/([^/]+)\/status$/.exec(path) ?? [];
  if (leadId === '') return [{ pause: 10 }, { hangUp: true }] as const;
  reports.push(voice.consumers.reported({ leadId, callId }, report));
  return 204;
}

describe('orders that wait at the provider while the hours end', () => {
  it('are hung up when they are dialed, and whoever talks goes on talking', async () => {
    const dialler = house.dialler(telephony, { urls: new VoiceUrls(application.url) });
    const leadIds: string[] = [];
    for (const phone of [FIRST, ...OTHERS]) {
      const leadId = await house.receive({ phone });
      leadIds.push(leadId);
      await dialler.dial(ACME, leadId);
    }
    await until('every call to be over', async () => {
      const ends = await Promise.all(leadIds.map((leadId) => house.lastOf(leadId, 'CallEnded')));
      return ends.every((end) => end !== null);
    });
    const byPhone = new Map(simulator.calls().map((call) => [call.to, call]));
    expect(byPhone.get(FIRST)).toMatchObject({ status: 'completed' });
    for (const phone of OTHERS) {
      expect(byPhone.get(phone)).toMatchObject({ status: 'canceled', answeredAt: null });
    }
    const [talked, ...others] = await Promise.all(
      leadIds.map((leadId) => house.lastOf(leadId, 'CallEnded')),
    );
    expect(talked?.disposition).not.toBe('canceled');
    expect(others).toMatchObject([{ disposition: 'canceled' }, { disposition: 'canceled' }]);
  });
});
