import { callEnded } from '#events/testing';
import { describe, expect, it, jest } from '@jest/globals';
import { ACME, aPhoneHash, MONDAY, OURS, UNLISTED } from '../calling-house.fixtures.js';
import { DiallerScene, NIGHT } from '../dialler-scene.fixtures.js';
import { someSettings as someDestination } from '../domain/destination.fixtures.js';
import { TakeBack } from './take-back.js';

const scene = DiallerScene.ofFile();

describe('dialing a lead', () => {
  it('decides first, then places the call from a number of the tenant’s', async () => {
    const phone = scene.aPhone();
    const leadId = await scene.house.receive({ phone });
    expect(await scene.dial(leadId)).toMatchObject({ outcome: 'called' });
    expect(await scene.house.typesOf(leadId)).toEqual(['CallAttempted', 'CallPlaced']);
    expect(await scene.house.lastOf(leadId, 'CallAttempted')).toMatchObject({
      record: { callingNumber: OURS, scriptId: scene.house.scriptId, scriptVersion: 1 },
      permission: { settingsVersion: 1 },
    });
    expect(scene.ordersTo(phone)).toMatchObject([{ from: OURS }]);
    expect((await scene.house.lastOf(leadId, 'CallPlaced'))?.providerCallId).toBe(
      scene.ordersTo(phone)[0]?.sid,
    );
  });

  it('looks for machines, but not where an extension is dialed', async () => {
    const placed = jest.spyOn(scene.telephony, 'placeCall');
    const behind = await scene.house.receive({ phone: scene.aPhone(), extension: '12' });
    for (const leadId of [await scene.house.receive({ phone: scene.aPhone() }), behind])
      await scene.dial(leadId);
    expect(placed.mock.calls).toMatchObject([
      [{ machines: { detection: 'async' }, sendDigits: null }],
      [{ machines: { detection: 'off' }, sendDigits: 'wwww12' }],
    ]);
    placed.mockRestore();
    expect((await scene.house.lastOf(behind, 'CallAttempted'))?.machineDetection).toBe('off');
  });

  it('calls once, however many try at the same time', async () => {
    const phone = scene.aPhone();
    const leadId = await scene.house.receive({ phone });
    const results = await Promise.all(Array.from({ length: 8 }, () => scene.dial(leadId)));
    expect(results.filter(({ outcome }) => outcome === 'called')).toHaveLength(1);
    expect(scene.ordersTo(phone)).toHaveLength(1);
  });

  it('defers a lead until the hours begin', async () => {
    scene.clock.set(NIGHT);
    const leadId = await scene.house.receive();
    expect(await scene.dial(leadId)).toMatchObject({ outcome: 'deferred' });
    expect(await scene.house.lastOf(leadId, 'DialDeferred')).toMatchObject({
      obstacles: ['outside_calling_hours'],
      nextAllowedAt: '2026-12-01T15:00:00.000Z',
    });
    expect(await scene.dial(leadId)).toEqual({ outcome: 'nothing', position: null });
  });

  it.each([
    [
      'a state that nobody could read',
      { state: null, warnings: [{ field: 'state', code: 'state_not_understood' }] },
    ],
    ['a country that is not ours', { country: 'CA' }],
  ])('calls nobody who came with %s, for they may be anywhere', async (_, place) => {
    const phone = scene.aPhone();
    const leadId = await scene.house.receive({ phone, ...place });
    expect(await scene.dial(leadId)).toMatchObject({ outcome: 'deferred' });
    expect(await scene.house.lastOf(leadId, 'DialDeferred')).toMatchObject({
      ...{ obstacles: ['timezone_unknown'], nextAllowedAt: null },
    });
    expect(scene.ordersTo(phone)).toEqual([]);
  });

  it('defers a lead until a destination opens that leads wait for', async () => {
    const leadId = await scene.house.receive();
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
    const dialler = scene.house.dialler(scene.telephony, { destinations: { of: () => [known] } });
    expect(await dialler.dial(ACME, leadId)).toMatchObject({ outcome: 'deferred' });
    expect(await scene.house.lastOf(leadId, 'DialDeferred')).toMatchObject({
      ...{ obstacles: ['no_destination_open'], nextAllowedAt: '2026-12-01T16:00:00.000Z' },
    });
    scene.clock.set('2026-12-01T16:00:00.000Z');
    expect(await dialler.dial(ACME, leadId)).toMatchObject({ outcome: 'called' });
  });

  it('asks the lists right before, and heeds them', async () => {
    const phone = scene.aPhone();
    const leadId = await scene.house.receive({ phone });
    scene.house.lists.answers = { ...UNLISTED, suppressionEntryId: 'entry-1' };
    expect(await scene.dial(leadId)).toMatchObject({ outcome: 'deferred' });
    expect(await scene.house.lastOf(leadId, 'DialDeferred')).toMatchObject({
      obstacles: ['suppressed'],
    });
    expect(scene.ordersTo(phone)).toEqual([]);
  });

  it('heeds calls to the lead before this one of the same phone', async () => {
    const phoneHash = aPhoneHash();
    const before = await scene.house.receive({ phoneHash });
    await scene.dial(before);
    const again = await scene.house.receive({ phoneHash, ordinal: 1 });
    await scene.house.configure({ attempts24HoursMax: 1 });
    // The consumer is on the phone.
    expect(await scene.dial(again)).toEqual({ outcome: 'nothing', position: null });
    expect(await scene.house.typesOf(again)).toEqual([]);
    const { callId } = (await scene.house.lastOf(before, 'CallAttempted')) ?? { callId: '' };
    const ended = callEnded({ leadId: before, callId, endedAt: MONDAY });
    await scene.house.append(before, ended);
    expect(await scene.dial(again)).toMatchObject({ outcome: 'deferred' });
    expect(await scene.house.lastOf(again, 'DialDeferred')).toMatchObject({
      obstacles: ['attempt_limit_24h'],
    });
  });
});

describe('a phone that rings', () => {
  it('is silent once the consumer may not be called any more', async () => {
    const phone = scene.aPhone();
    const leadId = await scene.house.receive({ phone });
    await scene.dial(leadId);
    const { commandId, actor, causationId } = scene.house.context();
    const context = { commandId, actor, causationId };
    await new TakeBack(scene.house.desk, scene.telephony).of(leadId, 'suppressed', context);
    expect(scene.ordersTo(phone)).toMatchObject([{ status: 'canceled' }]);
  });
});

describe('a provider that', () => {
  it('refuses the call ends it as failed, and its code is kept', async () => {
    const leadId = await scene.house.receive({ phone: '+1' });
    expect(await scene.dial(leadId)).toMatchObject({ outcome: 'refused', providerCode: 21_211 });
    expect(await scene.house.typesOf(leadId)).toEqual([
      'CallAttempted',
      'CallRefused',
      'CallEnded',
    ]);
    expect(await scene.house.lastOf(leadId, 'CallRefused')).toMatchObject({
      ...{ providerCode: 21_211, concerns: 'request' },
    });
    expect(await scene.house.lastOf(leadId, 'CallEnded')).toMatchObject({ disposition: 'failed' });
  });

  it('takes no call of ours costs the lead no attempt', async () => {
    const leadId = await scene.house.receive();
    scene.simulator.setFaults({ refuseOrder: 1 });
    for (let time = 0; time < 7; time += 1) {
      expect(await scene.dial(leadId)).toMatchObject({ outcome: 'refused', providerCode: 20_429 });
    }
    scene.simulator.setFaults({ refuseOrder: 0 });
    expect(await scene.dial(leadId)).toMatchObject({ outcome: 'called' });
  });

  it.each([
    ['is out of order', { failOrder: 1 }, 0],
    ['takes it on, and whose answer is lost', { loseOrderAnswer: 1 }, 1],
  ])(
    '%s is not asked again: the call stays open until more is known',
    async (_, faults, placed) => {
      const phone = scene.aPhone();
      const leadId = await scene.house.receive({ phone });
      scene.simulator.setFaults(faults);
      expect(await scene.dial(leadId)).toMatchObject({ outcome: 'called' });
      expect(await scene.dial(leadId)).toEqual({ outcome: 'nothing', position: null });
      expect(await scene.house.typesOf(leadId)).toEqual(['CallAttempted']);
      expect(scene.ordersTo(phone)).toHaveLength(placed);
    },
  );
});
