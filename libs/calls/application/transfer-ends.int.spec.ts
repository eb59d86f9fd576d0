import { fixedClock } from '#libs/kernel';
import { TwilioTelephony } from '#libs/telephony';
import { until } from '#libs/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AGENT, type Simulator, startSimulator } from '../../../apps/telephony-simulator/server.js';
import { callingCatalog } from '../calling.js';
import { ACCOUNT, aReport, type CallingHouse, MONDAY, OURS } from '../calling-house.fixtures.js';
import { someCaps } from '../domain/destination.fixtures.js';
import { TransferScene } from '../transfer-scene.fixtures.js';
import { transferIdOf } from './call-desk.js';
import { DestinationSlots } from './destination-slots.js';

const [FIRST, SECOND] = ['+18005550001', '+18005550002'] as const;
const clock = fixedClock(MONDAY);
let simulator: Simulator;
let telephony: TwilioTelephony;
let scene: TransferScene;
let house: CallingHouse;

beforeAll(async () => {
  const patient = { ...AGENT, ringSeconds: 10_000 };
  const people = { [FIRST]: patient, [SECOND]: patient };
  simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 20, seed: 7, people });
  telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
});
afterAll(() => simulator.close());
beforeEach(async () => {
  scene = await TransferScene.open(simulator, telephony, clock);
  ({ house } = scene);
});
afterEach(() => scene.close());

describe('a consumer who hangs up', () => {
  it('while a destination rings frees its slot and its line', async () => {
    const destinationId = await scene.at(FIRST);
    const ref = await scene.offered();
    await house.voice.consumers.reported(
      ref,
      aReport({ status: 'completed', durationSeconds: 40 }),
    );
    await scene.settle(ref);
    expect((await house.typesOf(ref.leadId)).slice(-2)).toEqual(['TransferFailed', 'CallEnded']);
    expect(await house.inFlight(destinationId)).toBe(0);
    await scene.legIsOver(ref);
  });

  it('unreported is connected with nobody who accepts, and nobody pays', async () => {
    const destinationId = await scene.at(FIRST);
    await scene.at(SECOND, { priority: 2 });
    const ref = await scene.offered();
    house.consumerLeg = { status: 'completed', durationSeconds: 40 };
    await scene.answers(ref);
    await scene.settle(ref);
    expect(await house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({
      reason: 'consumer_gone',
    });
    expect(await house.lastOf(ref.leadId, 'CallEnded')).toMatchObject({
      ...{ disposition: 'hung_up', talkSeconds: 40, connectedSeconds: 0, estimate: null },
    });
    expect(await house.typesOf(ref.leadId)).not.toContain('CallBridged');
    expect(await scene.addressesOf(ref)).toEqual([FIRST]);
    expect(await house.inFlight(destinationId)).toBe(0);
    await scene.legIsOver(ref);
  });

  it('while the provider is asked for a destination is announced to nobody', async () => {
    const destinationId = await scene.at(FIRST);
    const ref = await scene.qualified();
    const place = telephony.placeCall.bind(telephony);
    telephony.placeCall = async (order) => {
      telephony.placeCall = place;
      const placed = await place(order);
      const ended = aReport({ status: 'completed', durationSeconds: 40 });
      await house.voice.consumers.reported(ref, ended);
      return placed;
    };
    await scene.settle(ref);
    expect(await house.inFlight(destinationId)).toBe(0);
    const [latest] = simulator.calls();
    expect(latest).toMatchObject({ to: FIRST, from: OURS });
    await until('the line to be free', () => simulator.calls()[0]?.endedAt ?? null);
  });
});

describe('a bridge that ends', () => {
  it('counts in the caps, and frees the line that is left', async () => {
    const destinationId = await scene.at(FIRST);
    const ref = await scene.offered();
    await scene.answers(ref, {});
    clock.set(new Date(Date.parse(MONDAY) + 91_000).toISOString());
    await house.voice.consumers.reported(
      ref,
      aReport({ status: 'completed', durationSeconds: 90 }),
    );
    clock.set(MONDAY);
    await scene.settle(ref);
    expect(await house.lastOf(ref.leadId, 'CallEnded')).toMatchObject({
      ...{ disposition: 'transferred', hungUpBy: 'consumer', connectedSeconds: 90 },
    });
    expect(await house.inFlight(destinationId)).toBe(0);
    await scene.legIsOver(ref);
  });
});

describe('a provider that', () => {
  it('cannot say whether the consumer is there leads to the next destination', async () => {
    await scene.at(FIRST);
    await scene.at(SECOND, { priority: 2 });
    const ref = await scene.offered();
    house.consumerLeg = null;
    await scene.answers(ref);
    await scene.settle(ref);
    expect(await house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({ reason: 'failed' });
    expect(await scene.addressesOf(ref)).toEqual([FIRST, SECOND]);
  });

  it('refuses a destination leads to the next', async () => {
    await scene.at('+1', { priority: 1 });
    await scene.at(SECOND, { priority: 2 });
    const ref = await scene.offered();
    expect(await house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({ reason: 'failed' });
    expect(await scene.addressesOf(ref)).toEqual(['+1', SECOND]);
  });

  it('does not answer is not asked again', async () => {
    await scene.at(FIRST);
    const ref = await scene.qualified();
    simulator.setFaults({ failOrder: 1 });
    await scene.settle(ref);
    simulator.setFaults({ failOrder: 0 });
    await scene.settle(ref);
    expect((await house.typesOf(ref.leadId)).at(-1)).toBe('TransferRequested');
    expect(await scene.legOf(ref)).toBeNull();
  });
});

describe('a run that was cut off', () => {
  it('after it took a slot leaves none behind, whomever the next run chooses', async () => {
    const before = await scene.at(FIRST, { caps: someCaps({ concurrent: 1 }) });
    const after = await scene.at(SECOND, { priority: 2 });
    const ref = await scene.qualified();
    const slots = new DestinationSlots(house.log.store, callingCatalog());
    const transferId = transferIdOf(ref.callId, 1);
    const windows = { hour: 'h', day: 'd', week: 'w', month: 'm' };
    const wish = { destinationVersion: 1, caps: someCaps({ concurrent: 1 }), windows, at: MONDAY };
    const destinationId = before;
    await slots.reserve({ transferId, destinationId, ...wish }, house.context());
    const calls = { paused: false };
    house.lists.meanwhile = async () => {
      if (calls.paused) return;
      calls.paused = true;
      await house.pauseDestination(before);
    };
    await scene.settle(ref);
    expect(await scene.addressesOf(ref)).toEqual([SECOND]);
    expect([await house.inFlight(before), await house.inFlight(after)]).toEqual([0, 1]);
  });

  it('after it took a slot finds that slot again', async () => {
    const destinationId = await scene.at(FIRST, { caps: someCaps({ concurrent: 1 }) });
    const ref = await scene.qualified();
    const slots = new DestinationSlots(house.log.store, callingCatalog());
    const transferId = transferIdOf(ref.callId, 1);
    const windows = { hour: 'h', day: 'd', week: 'w', month: 'm' };
    const wish = { destinationVersion: 1, caps: someCaps({ concurrent: 1 }), windows, at: MONDAY };
    await slots.reserve({ transferId, destinationId, ...wish }, house.context());
    await scene.settle(ref);
    expect(await scene.addressesOf(ref)).toEqual([FIRST]);
    expect(await house.inFlight(destinationId)).toBe(1);
  });
});
