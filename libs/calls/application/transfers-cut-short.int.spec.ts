import { describe, expect, it } from '@jest/globals';
import { until } from '#libs/testing';
import { callingCatalog } from '../calling.js';
import { aReport, MONDAY, OURS } from '../calling-house.fixtures.js';
import { someCaps } from '../domain/destination.fixtures.js';
import { transferIdOf } from './call-desk.js';
import { DestinationSlots } from './destination-slots.js';
import {
  addressesOf,
  at,
  FIRST,
  hears,
  house,
  isOver,
  legOf,
  qualified,
  SECOND,
  settle,
  simulator,
  telephony,
} from './transfers.fixtures.js';

describe('a consumer who hangs up', () => {
  it('while a destination rings frees its slot and its line', async () => {
    const destinationId = await at(FIRST);
    const ref = await qualified();
    await settle(ref);
    await house.voice.consumers.reported(
      ref,
      aReport({ status: 'completed', durationSeconds: 40 }),
    );
    await settle(ref);
    expect((await house.typesOf(ref.leadId)).slice(-2)).toEqual(['TransferFailed', 'CallEnded']);
    expect(await house.inFlight(destinationId)).toBe(0);
    await isOver(ref, 1);
  });

  it('while the provider is asked for a destination is announced to nobody', async () => {
    const destinationId = await at(FIRST);
    const ref = await qualified();
    const place = telephony.placeCall.bind(telephony);
    telephony.placeCall = async (order) => {
      telephony.placeCall = place;
      const placed = await place(order);
      const ended = aReport({ status: 'completed', durationSeconds: 40 });
      await house.voice.consumers.reported(ref, ended);
      return placed;
    };
    await settle(ref);
    expect(await house.inFlight(destinationId)).toBe(0);
    const [latest] = simulator.calls();
    expect(latest).toMatchObject({ to: FIRST, from: OURS });
    await until('the line to be free', () => simulator.calls()[0]?.endedAt ?? null);
  });
});

describe('a bridge that ends', () => {
  it('counts in the caps, and frees the line that is left', async () => {
    const destinationId = await at(FIRST);
    const ref = await qualified();
    await settle(ref);
    const { transfer, told } = await hears(ref, 1, {});
    await house.voice.destinations.answered(transfer, told);
    await house.voice.destinations.ready(transfer, told);
    await house.voice.consumers.reported(
      ref,
      aReport({ status: 'completed', durationSeconds: 90 }),
    );
    await settle(ref);
    expect(await house.lastOf(ref.leadId, 'CallEnded')).toMatchObject({
      ...{ disposition: 'transferred', hungUpBy: 'consumer', connectedSeconds: 90 },
    });
    expect(await house.inFlight(destinationId)).toBe(0);
    await isOver(ref, 1);
  });
});

describe('a provider that', () => {
  it('refuses a destination leads to the next', async () => {
    await at('+1', { priority: 1 });
    await at(SECOND, { priority: 2 });
    const ref = await qualified();
    await settle(ref);
    expect(await house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({ reason: 'failed' });
    expect(await addressesOf(ref)).toEqual(['+1', SECOND]);
  });

  it('does not answer is not asked again', async () => {
    await at(FIRST);
    const ref = await qualified();
    simulator.setFaults({ failOrder: 1 });
    await settle(ref);
    await settle(ref);
    expect((await house.typesOf(ref.leadId)).at(-1)).toBe('TransferRequested');
    expect(await legOf(ref)).toBeNull();
  });
});

describe('a run that was cut off', () => {
  it('after it took a slot leaves none behind, whomever the next run chooses', async () => {
    const before = await at(FIRST, { caps: someCaps({ concurrent: 1 }) });
    const after = await at(SECOND, { priority: 2 });
    const ref = await qualified();
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
    await settle(ref);
    expect(await addressesOf(ref)).toEqual([SECOND]);
    expect([await house.inFlight(before), await house.inFlight(after)]).toEqual([0, 1]);
  });

  it('after it took a slot finds that slot again', async () => {
    const destinationId = await at(FIRST, { caps: someCaps({ concurrent: 1 }) });
    const ref = await qualified();
    const slots = new DestinationSlots(house.log.store, callingCatalog());
    const transferId = transferIdOf(ref.callId, 1);
    const windows = { hour: 'h', day: 'd', week: 'w', month: 'm' };
    const wish = { destinationVersion: 1, caps: someCaps({ concurrent: 1 }), windows, at: MONDAY };
    await slots.reserve({ transferId, destinationId, ...wish }, house.context());
    await settle(ref);
    expect(await addressesOf(ref)).toEqual([FIRST]);
    expect(await house.inFlight(destinationId)).toBe(1);
  });
});
