import { fixedClock } from '#libs/kernel';
import { type Telephony, TwilioTelephony } from '#libs/telephony';
import { callEnded } from '#libs/testing';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { describe, expect, it, jest } from '@jest/globals';
import { type Simulator, startSimulator } from '../../../apps/telephony-simulator/server.js';
import { someSettings as someDestination } from '../domain/destination.fixtures.js';
import { TakeBack } from './take-back.js';
import {
  aPhoneHash,
  ACCOUNT,
  ACME,
  CallingHouse,
  MONDAY,
  OURS,
  RealTelephony,
  UNLISTED,
} from '../calling-house.fixtures.js';

const NIGHT = '2026-12-01T08:00:00.000Z';
const clock = fixedClock(MONDAY);
let simulator: Simulator;
let house: CallingHouse;
let telephony: TwilioTelephony;

beforeAll(async () => {
  simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 1, seed: 7 });
  telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
});
afterAll(() => simulator.close());
beforeEach(async () => {
  clock.set(MONDAY);
  simulator.setFaults({ failOrder: 0, refuseOrder: 0, loseOrderAnswer: 0 });
  house = await CallingHouse.open(clock);
  await house.setUp();
});
afterEach(() => house.close());

let phones = 7_000;
const aPhone = () => `+1212555${(phones += 1)}`;
const dial = (leadId: string, over: Telephony = telephony) =>
  house.dialler(over).dial(ACME, leadId);
const ordersTo = (phone: string) => simulator.calls().filter(({ to }) => to === phone);

describe('dialing a lead', () => {
  it('decides first, then places the call from a number of the tenant’s', async () => {
    const phone = aPhone();
    const leadId = await house.receive({ phone });
    expect(await dial(leadId)).toMatchObject({ outcome: 'called' });
    expect(await house.typesOf(leadId)).toEqual(['CallAttempted', 'CallPlaced']);
    expect(await house.lastOf(leadId, 'CallAttempted')).toMatchObject({
      record: { callingNumber: OURS, scriptId: house.scriptId, scriptVersion: 1 },
      permission: { settingsVersion: 1 },
    });
    expect(ordersTo(phone)).toMatchObject([{ from: OURS }]);
    expect((await house.lastOf(leadId, 'CallPlaced'))?.providerCallId).toBe(
      ordersTo(phone)[0]?.sid,
    );
  });

  it('looks for machines, but not where an extension is dialed', async () => {
    const placed = jest.spyOn(telephony, 'placeCall');
    const behind = await house.receive({ phone: aPhone(), extension: '12' });
    for (const leadId of [await house.receive({ phone: aPhone() }), behind]) await dial(leadId);
    expect(placed.mock.calls).toMatchObject([
      [{ machines: { detection: 'async' }, sendDigits: null }],
      [{ machines: { detection: 'off' }, sendDigits: 'wwww12' }],
    ]);
    placed.mockRestore();
    expect((await house.lastOf(behind, 'CallAttempted'))?.machineDetection).toBe('off');
  });

  it('calls once, however many try at the same time', async () => {
    const phone = aPhone();
    const leadId = await house.receive({ phone });
    const results = await Promise.all(Array.from({ length: 8 }, () => dial(leadId)));
    expect(results.filter(({ outcome }) => outcome === 'called')).toHaveLength(1);
    expect(ordersTo(phone)).toHaveLength(1);
  });

  it('defers a lead until the hours begin', async () => {
    clock.set(NIGHT);
    const leadId = await house.receive();
    expect(await dial(leadId)).toMatchObject({ outcome: 'deferred' });
    expect(await house.lastOf(leadId, 'DialDeferred')).toMatchObject({
      obstacles: ['outside_calling_hours'],
      nextAllowedAt: '2026-12-01T15:00:00.000Z',
    });
    expect(await dial(leadId)).toEqual({ outcome: 'nothing', position: null });
  });

  it('defers a lead until a destination opens that leads wait for', async () => {
    const leadId = await house.receive();
    const hours = { tuesday: [{ from: '10:00', to: '18:00' }] };
    const schedule = {
      timeZone: 'America/Chicago',
      hours,
      closedOn: [],
      expiresAt: null,
      standInId: null,
    };
    const settings = someDestination({ schedule: { ...schedule, offHours: 'queue' } });
    const known = { destinationId: 'destination-1', version: 1, paused: false, settings };
    const dialler = house.dialler(telephony, { destinations: { of: () => [known] } });
    expect(await dialler.dial(ACME, leadId)).toMatchObject({ outcome: 'deferred' });
    expect(await house.lastOf(leadId, 'DialDeferred')).toMatchObject({
      ...{ obstacles: ['no_destination_open'], nextAllowedAt: '2026-12-01T16:00:00.000Z' },
    });
    clock.set('2026-12-01T16:00:00.000Z');
    expect(await dialler.dial(ACME, leadId)).toMatchObject({ outcome: 'called' });
  });

  it('asks the lists right before, and heeds them', async () => {
    const phone = aPhone();
    const leadId = await house.receive({ phone });
    house.lists.answers = { ...UNLISTED, suppressionEntryId: 'entry-1' };
    expect(await dial(leadId)).toMatchObject({ outcome: 'deferred' });
    expect(await house.lastOf(leadId, 'DialDeferred')).toMatchObject({ obstacles: ['suppressed'] });
    expect(ordersTo(phone)).toEqual([]);
  });

  it('heeds calls to the lead before this one of the same phone', async () => {
    const phoneHash = aPhoneHash();
    const before = await house.receive({ phoneHash });
    await dial(before);
    const again = await house.receive({ phoneHash, ordinal: 1 });
    await house.configure({ attempts24HoursMax: 1 });
    // The consumer is on the phone.
    expect(await dial(again)).toEqual({ outcome: 'nothing', position: null });
    expect(await house.typesOf(again)).toEqual([]);
    const { callId } = (await house.lastOf(before, 'CallAttempted')) ?? { callId: '' };
    const ended = callEnded({ leadId: before, callId, endedAt: MONDAY });
    await house.append(before, ended);
    expect(await dial(again)).toMatchObject({ outcome: 'deferred' });
    expect(await house.lastOf(again, 'DialDeferred')).toMatchObject({
      obstacles: ['attempt_limit_24h'],
    });
  });
});

describe('a phone that rings', () => {
  it('is silent once the consumer may not be called any more', async () => {
    const phone = aPhone();
    const leadId = await house.receive({ phone });
    await dial(leadId);
    const { commandId, actor, causationId } = house.context();
    const context = { commandId, actor, causationId };
    await new TakeBack(house.desk, telephony).of(leadId, 'suppressed', context);
    expect(ordersTo(phone)).toMatchObject([{ status: 'canceled' }]);
  });
});

describe('nobody is dialed', () => {
  const nothing = { outcome: 'nothing', position: null };
  const notNow = { outcome: 'not_now', position: null };
  const untouched = async (leadId: string) => {
    expect(await house.typesOf(leadId)).toEqual([]);
  };

  it('once the tenant has stopped, until it resumes', async () => {
    const leadId = await house.receive();
    await house.changeDialing({ type: 'StopDialing', reason: null });
    expect(await dial(leadId)).toEqual(notNow);
    await untouched(leadId);
    await house.changeDialing({ type: 'ResumeDialing', reason: null });
    expect(await dial(leadId)).toMatchObject({ outcome: 'called' });
  });

  it('where the stop is pulled while others are asked about the call', async () => {
    const phone = aPhone();
    const leadId = await house.receive({ phone });
    house.lists.meanwhile = async () => {
      await house.changeDialing({ type: 'StopDialing', reason: null });
      // As if they had taken half a second to answer.
      const real = performance.now.bind(performance);
      jest.spyOn(performance, 'now').mockImplementation(() => real() + 500);
    };
    expect(await dial(leadId)).toEqual(notNow);
    await untouched(leadId);
    expect(ordersTo(phone)).toEqual([]);
    jest.restoreAllMocks();
  });

  it('where the stop is pulled right before the order, however fresh the permission is', async () => {
    const phone = aPhone();
    const leadId = await house.receive({ phone });
    let asked = 0;
    const voice = { mayDial: () => (asked += 1) > 0 };
    const dialing = house.dialing();
    const current = dialing.current.bind(dialing);
    dialing.current = async (tenantId) => {
      const state = await current(tenantId);
      return asked < 2 || state === null ? state : { ...state, stopped: true };
    };
    const dialler = house.dialler(telephony, { voice, dialing });
    expect(await dialler.dial(ACME, leadId)).toMatchObject({ outcome: 'called' });
    expect(await house.lastOf(leadId, 'CallEnded')).toMatchObject({ disposition: 'canceled' });
    expect(ordersTo(phone)).toEqual([]);
  });

  it('of a source that is paused right before the order', async () => {
    const phone = aPhone();
    const leadId = await house.receive({ phone, source: 'radio' });
    let asked = 0;
    const voice = { mayDial: () => (asked += 1) > 0 };
    const dialing = house.dialing();
    const current = dialing.current.bind(dialing);
    dialing.current = async (tenantId) => {
      const state = await current(tenantId);
      return asked < 2 || state === null ? state : { ...state, pausedSources: ['radio'] };
    };
    await house.dialler(telephony, { voice, dialing }).dial(ACME, leadId);
    expect(await house.lastOf(leadId, 'CallEnded')).toMatchObject({ disposition: 'canceled' });
    expect(ordersTo(phone)).toEqual([]);
  });

  it('where the hours end between the decision and the order', async () => {
    const phone = aPhone();
    const leadId = await house.receive({ phone });
    clock.set('2026-12-01T00:59:59.500Z');
    let asked = 0;
    const mayDial = () => {
      if ((asked += 1) === 2) clock.set(NIGHT);
      return true;
    };
    const dialler = house.dialler(telephony, { voice: { mayDial } });
    expect(await dialler.dial(ACME, leadId)).toMatchObject({ outcome: 'called' });
    expect(await house.lastOf(leadId, 'CallEnded')).toMatchObject({ disposition: 'canceled' });
    expect(ordersTo(phone)).toEqual([]);
  });

  it('while the api that would talk to them is away', async () => {
    const phone = aPhone();
    const leadId = await house.receive({ phone });
    const silent = { voice: { mayDial: () => false } };
    expect(await house.dialler(telephony, silent).dial(ACME, leadId)).toEqual(notNow);
    await untouched(leadId);
  });

  it('where the api goes away between the decision and the order', async () => {
    const phone = aPhone();
    const leadId = await house.receive({ phone });
    let asked = 0;
    const dialler = house.dialler(telephony, { voice: { mayDial: () => (asked += 1) === 1 } });
    expect(await dialler.dial(ACME, leadId)).toMatchObject({ outcome: 'called' });
    expect(await house.lastOf(leadId, 'CallEnded')).toMatchObject({ disposition: 'canceled' });
    expect(ordersTo(phone)).toEqual([]);
  });

  it('of a source that is paused', async () => {
    const leadId = await house.receive({ source: 'radio' });
    await house.changeDialing({ type: 'PauseSource', source: 'radio', reason: null });
    expect(await dial(leadId)).toEqual(notNow);
    await untouched(leadId);
  });

  it('with a script that was retired', async () => {
    const leadId = await house.receive();
    await house.retireScript();
    expect(await dial(leadId)).toEqual(notNow);
    await untouched(leadId);
  });

  it('of test leads, other tenants and leads nobody knows', async () => {
    expect(await dial(await house.receive({ mode: 'test' }))).toEqual(nothing);
    const leadId = await house.receive();
    const other = 'other' as typeof ACME;
    expect(await house.dialler(telephony).dial(other, leadId)).toEqual(nothing);
    expect(await dial('0b540a4c-7f23-8b90-8d15-6e9b0a4c7f23')).toEqual(nothing);
    await untouched(leadId);
  });

  it('who was erased, which ends the lead', async () => {
    const leadId = await house.receive();
    house.eraseEverybody();
    expect(await dial(leadId)).toMatchObject({ outcome: 'exhausted' });
    expect(await house.lastOf(leadId, 'LeadExhausted')).toMatchObject({ reason: 'erased' });
    expect(await dial(leadId)).toEqual(nothing);
  });

  it('of a sandbox, where the provider calls for real', async () => {
    const phone = aPhone();
    const leadId = await house.receive({ phone });
    const real: Telephony = new RealTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
    expect(await dial(leadId, real)).toEqual(nothing);
    expect(ordersTo(phone)).toEqual([]);
  });
});

describe('a provider that', () => {
  it('refuses the call ends it as failed, and its code is kept', async () => {
    const leadId = await house.receive({ phone: '+1' });
    expect(await dial(leadId)).toMatchObject({ outcome: 'refused', providerCode: 21_211 });
    expect(await house.typesOf(leadId)).toEqual(['CallAttempted', 'CallRefused', 'CallEnded']);
    expect(await house.lastOf(leadId, 'CallRefused')).toMatchObject({
      ...{ providerCode: 21_211, concerns: 'request' },
    });
    expect(await house.lastOf(leadId, 'CallEnded')).toMatchObject({ disposition: 'failed' });
  });

  it('takes no call of ours costs the lead no attempt', async () => {
    const leadId = await house.receive();
    simulator.setFaults({ refuseOrder: 1 });
    for (let time = 0; time < 7; time += 1) {
      expect(await dial(leadId)).toMatchObject({ outcome: 'refused', providerCode: 20_429 });
    }
    simulator.setFaults({ refuseOrder: 0 });
    expect(await dial(leadId)).toMatchObject({ outcome: 'called' });
  });

  it.each([
    ['is out of order', { failOrder: 1 }, 0],
    ['takes it on, and whose answer is lost', { loseOrderAnswer: 1 }, 1],
  ])(
    '%s is not asked again: the call stays open until more is known',
    async (_, faults, placed) => {
      const phone = aPhone();
      const leadId = await house.receive({ phone });
      simulator.setFaults(faults);
      expect(await dial(leadId)).toMatchObject({ outcome: 'called' });
      expect(await dial(leadId)).toEqual({ outcome: 'nothing', position: null });
      expect(await house.typesOf(leadId)).toEqual(['CallAttempted']);
      expect(ordersTo(phone)).toHaveLength(placed);
    },
  );
});
