import { until } from '#libs/testing';
import { describe, expect, it } from '@jest/globals';
import { callingCatalog } from '../calling.js';
import { aReport, MONDAY, OURS } from '../calling-house.fixtures.js';
import { someCaps } from '../domain/destination.fixtures.js';
import { FIRST, SECOND, TransferScene } from '../transfer-scene.fixtures.js';
import { transferIdOf } from './call-desk.js';
import { DestinationSlots } from './destination-slots.js';

const scene = TransferScene.ofFile();

describe('a consumer who hangs up', () => {
  it('while a destination rings frees its slot and its line', async () => {
    const destinationId = await scene.at(FIRST);
    const ref = await scene.offered();
    await scene.house.voice.consumers.reported(
      ref,
      aReport({ status: 'completed', durationSeconds: 40 }),
    );
    await scene.settle(ref);
    expect((await scene.house.typesOf(ref.leadId)).slice(-2)).toEqual([
      'TransferFailed',
      'CallEnded',
    ]);
    expect(await scene.house.inFlight(destinationId)).toBe(0);
    await scene.legIsOver(ref);
  });

  it('unreported is connected with nobody who accepts, and nobody pays', async () => {
    const destinationId = await scene.at(FIRST);
    await scene.at(SECOND, { priority: 2 });
    const ref = await scene.offered();
    scene.house.consumerLeg = { status: 'completed', durationSeconds: 40 };
    await scene.answers(ref);
    await scene.settle(ref);
    expect(await scene.house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({
      reason: 'consumer_gone',
    });
    expect(await scene.house.lastOf(ref.leadId, 'CallEnded')).toMatchObject({
      ...{ disposition: 'hung_up', talkSeconds: 40, connectedSeconds: 0, estimate: null },
    });
    expect(await scene.house.typesOf(ref.leadId)).not.toContain('CallBridged');
    expect(await scene.addressesOf(ref)).toEqual([FIRST]);
    expect(await scene.house.inFlight(destinationId)).toBe(0);
    await scene.legIsOver(ref);
  });

  it('while the provider is asked for a destination is announced to nobody', async () => {
    const destinationId = await scene.at(FIRST);
    const ref = await scene.qualified();
    const place = scene.telephony.placeCall.bind(scene.telephony);
    scene.telephony.placeCall = async (order) => {
      scene.telephony.placeCall = place;
      const placed = await place(order);
      const ended = aReport({ status: 'completed', durationSeconds: 40 });
      await scene.house.voice.consumers.reported(ref, ended);
      return placed;
    };
    await scene.settle(ref);
    expect(await scene.house.inFlight(destinationId)).toBe(0);
    const [latest] = scene.simulator.calls();
    expect(latest).toMatchObject({ to: FIRST, from: OURS });
    await until('the line to be free', () => scene.simulator.calls()[0]?.endedAt ?? null);
  });
});

describe('a bridge that ends', () => {
  it('counts in the caps, and frees the line that is left', async () => {
    const destinationId = await scene.at(FIRST);
    const ref = await scene.offered();
    await scene.answers(ref, {});
    scene.clock.set(new Date(Date.parse(MONDAY) + 91_000).toISOString());
    await scene.house.voice.consumers.reported(
      ref,
      aReport({ status: 'completed', durationSeconds: 90 }),
    );
    scene.clock.set(MONDAY);
    await scene.settle(ref);
    expect(await scene.house.lastOf(ref.leadId, 'CallEnded')).toMatchObject({
      ...{ disposition: 'transferred', hungUpBy: 'consumer', connectedSeconds: 90 },
    });
    expect(await scene.house.inFlight(destinationId)).toBe(0);
    await scene.legIsOver(ref);
  });
});

describe('a provider that', () => {
  it('cannot say whether the consumer is there leads to the next destination', async () => {
    await scene.at(FIRST);
    await scene.at(SECOND, { priority: 2 });
    const ref = await scene.offered();
    scene.house.consumerLeg = null;
    await scene.answers(ref);
    await scene.settle(ref);
    expect(await scene.house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({
      reason: 'failed',
    });
    expect(await scene.addressesOf(ref)).toEqual([FIRST, SECOND]);
  });

  it('refuses a destination leads to the next', async () => {
    await scene.at('+1', { priority: 1 });
    await scene.at(SECOND, { priority: 2 });
    const ref = await scene.offered();
    expect(await scene.house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({
      reason: 'failed',
    });
    expect(await scene.addressesOf(ref)).toEqual(['+1', SECOND]);
  });

  it('does not answer is not asked again', async () => {
    await scene.at(FIRST);
    const ref = await scene.qualified();
    scene.simulator.setFaults({ failOrder: 1 });
    await scene.settle(ref);
    scene.simulator.setFaults({ failOrder: 0 });
    await scene.settle(ref);
    expect((await scene.house.typesOf(ref.leadId)).at(-1)).toBe('TransferRequested');
    expect(await scene.legOf(ref)).toBeNull();
  });
});

describe('a run that was cut off', () => {
  it('after it took a slot leaves none behind, whomever the next run chooses', async () => {
    const before = await scene.at(FIRST, { caps: someCaps({ concurrent: 1 }) });
    const after = await scene.at(SECOND, { priority: 2 });
    const ref = await scene.qualified();
    const slots = new DestinationSlots(scene.house.log.store, callingCatalog());
    const transferId = transferIdOf(ref.callId, 1);
    const windows = { hour: 'h', day: 'd', week: 'w', month: 'm' };
    const wish = { destinationVersion: 1, caps: someCaps({ concurrent: 1 }), windows, at: MONDAY };
    const destinationId = before;
    await slots.reserve({ transferId, destinationId, ...wish }, scene.house.context());
    const calls = { paused: false };
    scene.house.lists.meanwhile = async () => {
      if (calls.paused) return;
      calls.paused = true;
      await scene.house.pauseDestination(before);
    };
    await scene.settle(ref);
    expect(await scene.addressesOf(ref)).toEqual([SECOND]);
    expect([await scene.house.inFlight(before), await scene.house.inFlight(after)]).toEqual([0, 1]);
  });

  it('after it took a slot finds that slot again', async () => {
    const destinationId = await scene.at(FIRST, { caps: someCaps({ concurrent: 1 }) });
    const ref = await scene.qualified();
    const slots = new DestinationSlots(scene.house.log.store, callingCatalog());
    const transferId = transferIdOf(ref.callId, 1);
    const windows = { hour: 'h', day: 'd', week: 'w', month: 'm' };
    const wish = { destinationVersion: 1, caps: someCaps({ concurrent: 1 }), windows, at: MONDAY };
    await slots.reserve({ transferId, destinationId, ...wish }, scene.house.context());
    await scene.settle(ref);
    expect(await scene.addressesOf(ref)).toEqual([FIRST]);
    expect(await scene.house.inFlight(destinationId)).toBe(1);
  });
});
