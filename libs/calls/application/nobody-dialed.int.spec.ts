import { type TenantId } from '#libs/kernel';
import { type Telephony } from '#libs/telephony';
import { describe, expect, it, jest } from '@jest/globals';
import { ACCOUNT, RealTelephony } from '../calling-house.fixtures.js';
import { DiallerScene, NIGHT } from '../dialler-scene.fixtures.js';

const scene = DiallerScene.ofFile();

describe('nobody is dialed', () => {
  const nothing = { outcome: 'nothing', position: null };
  const notNow = { outcome: 'not_now', position: null };
  const untouched = async (leadId: string) => {
    expect(await scene.house.typesOf(leadId)).toEqual([]);
  };

  it('once the tenant has stopped, until it resumes', async () => {
    const leadId = await scene.house.receive();
    await scene.house.changeDialing({ type: 'StopDialing', reason: null });
    expect(await scene.dial(leadId)).toEqual(notNow);
    await untouched(leadId);
    await scene.house.changeDialing({ type: 'ResumeDialing', reason: null });
    expect(await scene.dial(leadId)).toMatchObject({ outcome: 'called' });
  });

  it('where the stop is pulled while others are asked about the call', async () => {
    const phone = scene.aPhone();
    const leadId = await scene.house.receive({ phone });
    scene.house.lists.meanwhile = async () => {
      await scene.house.changeDialing({ type: 'StopDialing', reason: null });
      // As if they had taken half a second to answer.
      const real = performance.now.bind(performance);
      jest.spyOn(performance, 'now').mockImplementation(() => real() + 500);
    };
    expect(await scene.dial(leadId)).toEqual(notNow);
    await untouched(leadId);
    expect(scene.ordersTo(phone)).toEqual([]);
    jest.restoreAllMocks();
  });

  it('where the stop is pulled right before the order, however fresh the permission is', async () => {
    const phone = scene.aPhone();
    const leadId = await scene.house.receive({ phone });
    const changed = scene.changedBeforeTheOrder({ stopped: true });
    expect(await scene.dial(leadId, changed)).toMatchObject({ outcome: 'called' });
    expect(await scene.house.lastOf(leadId, 'CallEnded')).toMatchObject({
      disposition: 'canceled',
    });
    expect(scene.ordersTo(phone)).toEqual([]);
  });

  it('of a source that is paused right before the order', async () => {
    const phone = scene.aPhone();
    const leadId = await scene.house.receive({ phone, source: 'radio' });
    await scene.dial(leadId, scene.changedBeforeTheOrder({ pausedSources: ['radio'] }));
    expect(await scene.house.lastOf(leadId, 'CallEnded')).toMatchObject({
      disposition: 'canceled',
    });
    expect(scene.ordersTo(phone)).toEqual([]);
  });

  it('where the hours end between the decision and the order', async () => {
    const phone = scene.aPhone();
    const leadId = await scene.house.receive({ phone });
    scene.clock.set('2026-12-01T00:59:59.500Z');
    let asked = 0;
    const mayDial = () => {
      if ((asked += 1) === 2) scene.clock.set(NIGHT);
      return true;
    };
    expect(await scene.dial(leadId, { voice: { mayDial } })).toMatchObject({ outcome: 'called' });
    expect(await scene.house.lastOf(leadId, 'CallEnded')).toMatchObject({
      disposition: 'canceled',
    });
    expect(scene.ordersTo(phone)).toEqual([]);
  });

  it('while the api that would talk to them is away', async () => {
    const phone = scene.aPhone();
    const leadId = await scene.house.receive({ phone });
    expect(await scene.dial(leadId, { voice: { mayDial: () => false } })).toEqual(notNow);
    await untouched(leadId);
  });

  it('where the api goes away between the decision and the order', async () => {
    const phone = scene.aPhone();
    const leadId = await scene.house.receive({ phone });
    let asked = 0;
    const voice = { mayDial: () => (asked += 1) === 1 };
    expect(await scene.dial(leadId, { voice })).toMatchObject({ outcome: 'called' });
    expect(await scene.house.lastOf(leadId, 'CallEnded')).toMatchObject({
      disposition: 'canceled',
    });
    expect(scene.ordersTo(phone)).toEqual([]);
  });

  it('of a source that is paused', async () => {
    const leadId = await scene.house.receive({ source: 'radio' });
    await scene.house.changeDialing({ type: 'PauseSource', source: 'radio', reason: null });
    expect(await scene.dial(leadId)).toEqual(notNow);
    await untouched(leadId);
  });

  it('with a script that was retired', async () => {
    const leadId = await scene.house.receive();
    await scene.house.retireScript();
    expect(await scene.dial(leadId)).toEqual(notNow);
    await untouched(leadId);
  });

  it('of test leads, other tenants and leads nobody knows', async () => {
    expect(await scene.dial(await scene.house.receive({ mode: 'test' }))).toEqual(nothing);
    const leadId = await scene.house.receive();
    const other = 'other' as TenantId;
    expect(await scene.house.dialler(scene.telephony).dial(other, leadId)).toEqual(nothing);
    expect(await scene.dial('0b540a4c-7f23-8b90-8d15-6e9b0a4c7f23')).toEqual(nothing);
    await untouched(leadId);
  });

  it('who was erased, which ends the lead', async () => {
    const leadId = await scene.house.receive();
    scene.house.eraseEverybody();
    expect(await scene.dial(leadId)).toMatchObject({ outcome: 'exhausted' });
    expect(await scene.house.lastOf(leadId, 'LeadExhausted')).toMatchObject({ reason: 'erased' });
    expect(await scene.dial(leadId)).toEqual(nothing);
  });

  it('of a sandbox, where the provider calls for real', async () => {
    const phone = scene.aPhone();
    const leadId = await scene.house.receive({ phone });
    const real: Telephony = new RealTelephony({ ...ACCOUNT, apiBaseUrl: scene.simulator.url });
    expect(await scene.dial(leadId, {}, real)).toEqual(nothing);
    expect(scene.ordersTo(phone)).toEqual([]);
  });
});
