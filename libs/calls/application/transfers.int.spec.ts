import { describe, expect, it } from '@jest/globals';
import { MONDAY, OURS, UNLISTED } from '../calling-house.fixtures.js';
import { someCaps } from '../domain/destination.fixtures.js';
import {
  addressesOf,
  at,
  clock,
  FIRST,
  HANG_UP,
  hears,
  house,
  isOver,
  legOf,
  qualified,
  reasonsIn,
  reported,
  SECOND,
  settle,
  transfersOf,
} from './transfers.fixtures.js';

describe('a qualified consumer', () => {
  it('is offered to the destination of the lowest priority number, once', async () => {
    await at(SECOND, { priority: 2 });
    const best = await at(FIRST, { priority: 1, name: 'Best' });
    const ref = await qualified();
    await settle(ref);
    expect(await transfersOf(ref)).toMatchObject([
      { destinationId: best, destinationAddress: FIRST, presentedCallerId: OURS },
    ]);
    expect(await legOf(ref)).toMatchObject({ to: FIRST, from: OURS });
    expect(await house.inFlight(best)).toBe(1);
    const events = await house.typesOf(ref.leadId);
    await settle(ref);
    expect(await house.typesOf(ref.leadId)).toEqual(events);
  });

  it('is shown to the destination by their own number where it asks for that', async () => {
    await at(FIRST, { presentsConsumer: true });
    const ref = await qualified();
    await settle(ref);
    expect(await legOf(ref)).toMatchObject({ to: FIRST, from: '+12125557001' });
    expect(await transfersOf(ref)).toMatchObject([{ presentedCallerId: null }]);
  });

  it('holds while a busy destination is followed by the next', async () => {
    const [first, second] = [await at(FIRST), await at(SECOND, { priority: 2 })];
    const ref = await qualified();
    await settle(ref);
    await reported(ref, 1, { status: 'busy' });
    expect(await addressesOf(ref)).toEqual([FIRST, SECOND]);
    expect((await house.voice.consumers.next(ref)).at(-1)).toMatchObject({ wait: {} });
    expect([await house.inFlight(first), await house.inFlight(second)]).toEqual([0, 1]);
    expect(reasonsIn((await transfersOf(ref))[1] ?? null)).toEqual([[], ['already_tried']]);
  });

  it('is offered to the next where a destination declines, whose leg ends', async () => {
    await at(FIRST, { acceptKey: '1' });
    await at(SECOND, { priority: 2 });
    const ref = await qualified();
    await settle(ref);
    const { transfer, told } = await hears(ref, 1, { digits: '2' });
    await house.voice.destinations.answered(transfer, told);
    await house.voice.destinations.ready(transfer, told);
    await settle(ref);
    expect(await house.typesOf(ref.leadId)).toContain('WhisperPlayed');
    expect(await addressesOf(ref)).toEqual([FIRST, SECOND]);
    await isOver(ref, 1);
  });

  it('is offered to the next where a machine answers, which is hung up', async () => {
    await at(FIRST);
    await at(SECOND, { priority: 2 });
    const ref = await qualified();
    await settle(ref);
    await reported(ref, 1, { status: 'in_progress', answeredBy: 'machine' });
    expect(await house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({ reason: 'machine' });
    expect(await addressesOf(ref)).toEqual([FIRST, SECOND]);
    await isOver(ref, 1);
  });

  it('is offered to another destination than one that is full, and to the full one later', async () => {
    const full = await at(FIRST, { caps: someCaps({ concurrent: 1 }) });
    await at(SECOND, { priority: 2 });
    const ahead = await qualified();
    await settle(ahead);
    expect(await addressesOf(ahead)).toEqual([FIRST]);
    const ref = await qualified();
    await settle(ref);
    expect(await addressesOf(ref)).toEqual([SECOND]);
    expect(reasonsIn((await transfersOf(ref))[0] ?? null)).toContainEqual([
      'concurrency_cap_reached',
    ]);
    await reported(ahead, 1, { status: 'no_answer' });
    expect(await house.inFlight(full)).toBe(0);
    const last = await qualified();
    await settle(last);
    expect(await addressesOf(last)).toEqual([FIRST]);
  });

  it('never takes more slots than there are, however many wait at once', async () => {
    const scarce = await at(FIRST, { caps: someCaps({ concurrent: 2 }) });
    const waiting = await Promise.all(Array.from({ length: 6 }, qualified));
    await Promise.all(waiting.map((ref) => settle(ref)));
    const offered = await Promise.all(waiting.map(addressesOf));
    expect(offered.flat()).toEqual([FIRST, FIRST]);
    expect(await house.inFlight(scarce)).toBe(2);
  });

  it('is told so where nobody is left', async () => {
    await at(FIRST);
    const ref = await qualified();
    await settle(ref);
    await reported(ref, 1, { status: 'no_answer' });
    expect(await house.lastOf(ref.leadId, 'NoDestinationFound')).toMatchObject({ attempts: 1 });
    const steps = await house.voice.consumers.next(ref);
    expect(steps).toMatchObject([{ say: expect.stringContaining('agents are busy') }, HANG_UP]);
  });

  it('is not handed over more often than the tenant allows', async () => {
    await house.configure({ transferAttemptsMax: 1 });
    await at(FIRST);
    await at(SECOND, { priority: 2 });
    const ref = await qualified();
    await settle(ref);
    await reported(ref, 1, { status: 'busy' });
    expect(await addressesOf(ref)).toEqual([FIRST]);
    const decided = await house.lastOf(ref.leadId, 'NoDestinationFound');
    expect(reasonsIn(decided)?.every(([reason]) => reason === 'attempts_exhausted')).toBe(true);
  });

  it.each([
    [
      'the stop is pulled',
      'dialing_stopped',
      () => house.changeDialing({ type: 'StopDialing', reason: null }),
    ],
    [
      'their number was suppressed',
      'suppressed',
      () => {
        house.lists.answers = { ...UNLISTED, suppressionEntryId: 'entry' };
        return Promise.resolve();
      },
    ],
    [
      'their evening has come',
      'outside_calling_hours',
      () => {
        clock.set('2026-12-01T04:00:00.000Z');
        return Promise.resolve();
      },
    ],
    [
      'they were erased',
      'erased',
      () => {
        house.eraseEverybody();
        return Promise.resolve();
      },
    ],
  ])('is handed to nobody once %s', async (_, reason, happens) => {
    await at(FIRST);
    const ref = await qualified();
    await happens();
    await settle(ref);
    clock.set(MONDAY);
    expect(await addressesOf(ref)).toEqual([]);
    expect(reasonsIn(await house.lastOf(ref.leadId, 'NoDestinationFound'))).toEqual([[reason]]);
  });
});
