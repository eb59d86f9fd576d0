import { fixedClock } from '#libs/kernel';
import { type SeenEvent } from '#libs/reactors';
import { TwilioTelephony } from '#libs/telephony';
import { until } from '#libs/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AGENT, type Simulator, startSimulator } from '../../../apps/telephony-simulator/server.js';
import { Calling, callingCatalog } from '../calling.js';
import {
  ACCOUNT,
  aReport,
  CallingHouse,
  MONDAY,
  OURS,
  UNLISTED,
} from '../calling-house.fixtures.js';
import { type DialQueue } from '../dialer/dial-queue.js';
import { someCaps } from '../domain/destination.fixtures.js';
import { type DestinationSettings } from '../domain/destination.events.js';
import { beginConversation, hearConsumer, historyOf, startCall } from '../domain/calls.fixtures.js';
import { callIdOf, transferIdOf } from './call-desk.js';
import { DestinationSlots } from './destination-slots.js';
import { type CallRef } from './live-calls.js';

const [FIRST, SECOND, THIRD] = ['+18005550001', '+18005550002', '+18005550003'];
const clock = fixedClock(MONDAY);
let simulator: Simulator;
let telephony: TwilioTelephony;
let house: CallingHouse;
let calling: Calling;

beforeAll(async () => {
  const people = Object.fromEntries(
    [FIRST, SECOND, THIRD].map((number) => [number, { ...AGENT, ringSeconds: 10_000 }]),
  );
  simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 20, seed: 7, people });
  telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
});
afterAll(() => simulator.close());
beforeEach(async () => {
  house = await CallingHouse.open(clock);
  const { keys, lists, log } = house;
  calling = new Calling({
    ...{ store: log.store, keys, lists, telephony, clock, watchMs: 60_000 },
    ...{ queue: {} as DialQueue, publicBaseUrl: 'http://127.0.0.1:9', report: () => undefined },
  });
  await house.setUp();
});
afterEach(async () => {
  simulator.setFaults({ failOrder: 0 });
  await calling.stop();
  await house.close();
});

const at = (value: string, more: Partial<DestinationSettings> = {}) =>
  house.addDestination({ address: { kind: 'phone', value, sendDigits: null }, ...more });

/** A consumer on the phone who is qualified; destinations are known by then. */
async function qualified(): Promise<CallRef> {
  await calling.start();
  const leadId = await house.receive();
  const callId = callIdOf(leadId, 1);
  const record = { ...startCall().record, scriptId: house.scriptId };
  const until = '2026-12-24T00:00:00.000Z';
  const before = await house.history(leadId);
  const after = historyOf(
    before,
    startCall({ callId, record, until, at: MONDAY }),
    beginConversation({ callId, at: MONDAY }),
    hearConsumer('yes', { callId, at: MONDAY }),
  );
  await house.append(leadId, ...after.slice(before.length));
  return { leadId, callId };
}

/** Shows `call_flow` what happened since, again and again, until nothing follows from it. */
async function settle({ leadId }: CallRef, from = 0): Promise<void> {
  const [flow] = calling.reactors;
  for (let next = from; ; next += 1) {
    const event = (await house.history(leadId))[next];
    if (event === undefined) return;
    const answer = await flow?.on[event.type]?.(event as unknown as SeenEvent, {
      ...{ turn: 0, memo: null },
    });
    for (const [index, command] of ((answer ?? []) as unknown[]).entries()) {
      // As the host of reactors does: the same for the same event, however often it is shown.
      const commandId = `${event.id.slice(0, -1)}${index}`;
      await flow?.run(command, { ...house.context(), commandId });
    }
  }
}

const transfersOf = async ({ leadId }: CallRef) =>
  (await house.history(leadId)).flatMap((event) =>
    event.type === 'TransferRequested' ? [event.data] : [],
  );
const addressesOf = async (ref: CallRef) =>
  (await transfersOf(ref)).map(({ destinationAddress }) => destinationAddress);
/** What the network knows of the leg of an attempt. */
async function legOf(ref: CallRef, attempt = 1) {
  const transferId = transferIdOf(ref.callId, attempt);
  const sid = (await house.history(ref.leadId)).flatMap(({ type, data }) =>
    type === 'DestinationDialed' && data.transferId === transferId ? [data.providerCallId] : [],
  )[0];
  return simulator.calls().find((call) => call.sid === sid) ?? null;
}
const hears = async (ref: CallRef, attempt: number, report: Parameters<typeof aReport>[0]) => {
  const providerCallId = (await legOf(ref, attempt))?.sid ?? 'CA2';
  const transfer = { ...ref, transferId: transferIdOf(ref.callId, attempt) };
  const told = aReport({ providerCallId, answeredBy: 'human', ...report });
  return { transfer, told };
};
const reported = async (ref: CallRef, attempt: number, report: Parameters<typeof aReport>[0]) => {
  const { transfer, told } = await hears(ref, attempt, report);
  await house.voice.destinations.reported(transfer, told);
  await settle(ref);
};
const isOver = (ref: CallRef, attempt: number) =>
  until('the leg to be over', async () => (await legOf(ref, attempt))?.endedAt ?? null);
const reasonsIn = (data: { routing: { candidates: { reasons: string[] }[] } } | null) =>
  data?.routing.candidates.map(({ reasons }) => reasons);

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
      () => Promise.resolve((house.lists.answers = { ...UNLISTED, suppressionEntryId: 'entry' })),
    ],
    [
      'their evening has come',
      'outside_calling_hours',
      () => Promise.resolve(clock.set('2026-12-01T04:00:00.000Z')),
    ],
    ['they were erased', 'erased', () => Promise.resolve(house.eraseEverybody())],
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

const HANG_UP = { hangUp: true };

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
