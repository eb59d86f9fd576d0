import { fixedClock } from '#libs/kernel';
import { type SeenEvent } from '#libs/reactors';
import { TwilioTelephony } from '#libs/telephony';
import { until } from '#libs/testing';
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { AGENT, type Simulator, startSimulator } from '../../../apps/telephony-simulator/server.js';
import { Calling } from '../calling.js';
import { ACCOUNT, aReport, CallingHouse, MONDAY } from '../calling-house.fixtures.js';
import { DialQueue } from '../dialer/dial-queue.js';
import { type DestinationSettings } from '../domain/destination.events.js';
import { beginConversation, hearConsumer, historyOf, startCall } from '../domain/calls.fixtures.js';
import { callIdOf, transferIdOf } from './call-desk.js';
import { type CallRef } from './live-calls.js';

export const [FIRST, SECOND, THIRD] = ['+18005550001', '+18005550002', '+18005550003'];
export const clock = fixedClock(MONDAY);

/** Transfers are begun by hand here: nobody waits to be dialed. */
class NobodyWaits extends DialQueue {
  override next(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  override calling(): Promise<number> {
    return Promise.resolve(0);
  }

  override expired(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  override position(): Promise<bigint | null> {
    return Promise.resolve(null);
  }
}

export let simulator: Simulator;
export let telephony: TwilioTelephony;
export let house: CallingHouse;
export let calling: Calling;

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
    ...{ queue: new NobodyWaits(), publicBaseUrl: 'http://127.0.0.1:9', report: () => undefined },
  });
  await house.setUp();
});
afterEach(async () => {
  simulator.setFaults({ failOrder: 0 });
  await calling.stop();
  await house.close();
});

export const at = (value: string, more: Partial<DestinationSettings> = {}) =>
  house.addDestination({ address: { kind: 'phone', value, sendDigits: null }, ...more });

/** A consumer on the phone who is qualified; destinations are known by then. */
export async function qualified(): Promise<CallRef> {
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
export async function settle({ leadId }: CallRef, from = 0): Promise<void> {
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

export const transfersOf = async ({ leadId }: CallRef) =>
  (await house.history(leadId)).flatMap((event) =>
    event.type === 'TransferRequested' ? [event.data] : [],
  );
export const addressesOf = async (ref: CallRef) =>
  (await transfersOf(ref)).map(({ destinationAddress }) => destinationAddress);
/** What the network knows of the leg of an attempt. */
export async function legOf(ref: CallRef, attempt = 1) {
  const transferId = transferIdOf(ref.callId, attempt);
  const sid = (await house.history(ref.leadId)).flatMap(({ type, data }) =>
    type === 'DestinationDialed' && data.transferId === transferId ? [data.providerCallId] : [],
  )[0];
  return simulator.calls().find((call) => call.sid === sid) ?? null;
}
export const hears = async (
  ref: CallRef,
  attempt: number,
  report: Parameters<typeof aReport>[0],
) => {
  const providerCallId = (await legOf(ref, attempt))?.sid ?? 'CA2';
  const transfer = { ...ref, transferId: transferIdOf(ref.callId, attempt) };
  const told = aReport({ providerCallId, answeredBy: 'human', ...report });
  return { transfer, told };
};
export const reported = async (
  ref: CallRef,
  attempt: number,
  report: Parameters<typeof aReport>[0],
) => {
  const { transfer, told } = await hears(ref, attempt, report);
  await house.voice.destinations.reported(transfer, told);
  await settle(ref);
};
export const isOver = (ref: CallRef, attempt: number) =>
  until('the leg to be over', async () => (await legOf(ref, attempt))?.endedAt ?? null);
export const reasonsIn = (data: { routing: { candidates: { reasons: string[] }[] } } | null) =>
  data?.routing.candidates.map(({ reasons }) => reasons);

/** The last instruction to a leg that is let go. */
export const HANG_UP = { hangUp: true };
