import { type Clock } from '#libs/kernel';
import { TwilioTelephony } from '#libs/telephony';
import { until } from '#libs/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  AGENT,
  QUALIFIED,
  type Simulator,
  startSimulator,
} from '../../../apps/telephony-simulator/server.js';
import { ACCOUNT, CallingHouse, OURS } from '../calling-house.fixtures.js';
import {
  beginConversation,
  consumerLeg,
  destinationLeg,
  hearConsumer,
  historyOf,
  requestTransfer,
  startCall,
} from '../domain/calls.fixtures.js';
import { type LeadStreamEvent } from '../domain/lead-calls.js';
import { callIdOf, transferIdOf } from './call-desk.js';
import { CallWatch } from './watch-call.js';

const PATIENT = '+12125557001';
const BUSY = '+12125557002';
const DESK = '+18005550001';
const people = {
  [PATIENT]: { ...QUALIFIED, ringSeconds: 5, patienceSeconds: 100_000 },
  [BUSY]: { ...QUALIFIED, line: 'busy' as const },
  [DESK]: { ...AGENT, ringSeconds: 50_000 },
};
/** Our clock, which stands still but for a test that moves it on. */
let [begunAtMs, aheadMs] = [Date.now(), 0];
const clock: Clock = { now: () => new Date(begunAtMs + aheadMs) };
let simulator: Simulator;
let telephony: TwilioTelephony;
let house: CallingHouse;
let watch: CallWatch;

beforeAll(async () => {
  simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 200, seed: 7, people });
  telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
  house = await CallingHouse.open(clock);
  await house.setUp();
  watch = new CallWatch(house.desk, telephony, { unknownMs: 60_000, longestMs: 3_600_000 });
});
afterAll(async () => {
  await simulator.close();
  await house.close();
});
beforeEach(() => {
  [begunAtMs, aheadMs] = [Date.now(), 0];
});
afterEach(() => {
  simulator.setFaults({ loseOrderAnswer: 0, failOrder: 0 });
});

/** Calls that were decided, whatever the hour. */
async function attempted(to: string) {
  const leadId = await house.receive({ phone: to });
  const callId = callIdOf(leadId, 1);
  const record = { ...startCall().record, callingNumber: OURS, scriptId: house.scriptId };
  const [lead] = await house.history(leadId);
  // Decided at an hour that allows it, and dated now.
  const [, decided] = historyOf([lead!], startCall({ callId, record }));
  const data = { ...decided!.data, attemptedAt: house.desk.now() };
  await house.append(leadId, { ...decided!, data } as LeadStreamEvent);
  return { leadId, callId, to };
}

type Watched = Awaited<ReturnType<typeof attempted>>;
const order = (to: string, from = OURS) =>
  telephony.placeCall({
    ...{ to, from, answerUrl: 'http://127.0.0.1:9/answer', ringSeconds: 100_000 },
    ...{ statusUrl: 'http://127.0.0.1:9/status', machines: { detection: 'off' }, sendDigits: null },
  });
const check = (watched: Watched) =>
  watch.check(watched, {
    ...{ commandId: randomUUID(), causationId: 'spec' },
    actor: { kind: 'system', id: 'call_watch' },
  });
const statusOf = (sid: string) => simulator.calls().find((call) => call.sid === sid)?.status;
const lastTypes = async ({ leadId }: Watched, count: number) =>
  (await house.typesOf(leadId)).slice(-count);

async function decide(watched: Watched, ...commands: Parameters<typeof historyOf>[1][]) {
  const before = await house.history(watched.leadId);
  await house.append(watched.leadId, ...historyOf(before, ...commands).slice(before.length));
}

describe('a call whose reports are lost', () => {
  it('is followed by asking the provider, until it is over', async () => {
    const watched = await attempted(BUSY);
    const { providerCallId } = await order(BUSY);
    await until('the line to be busy', () => statusOf(providerCallId) === 'busy');
    await decide(watched, consumerLeg('placed', { callId: watched.callId, providerCallId }));
    expect(await check(watched)).toBe(true);
    expect(await house.lastOf(watched.leadId, 'CallEnded')).toMatchObject({ disposition: 'busy' });
    expect(await check(watched)).toBe(true);
  });

  it('is found by its numbers where not even its name is known', async () => {
    const watched = await attempted(BUSY);
    simulator.setFaults({ loseOrderAnswer: 1 });
    await expect(order(BUSY)).rejects.toMatchObject({ code: 'telephony_unavailable' });
    await until('the line to be busy', () =>
      simulator.calls().every(({ to, status }) => to !== BUSY || status === 'busy'),
    );
    expect(await check(watched)).toBe(true);
    expect(await lastTypes(watched, 2)).toEqual(['CallPlaced', 'CallEnded']);
  });

  it('is given up after a minute where the provider never heard of it, and not before', async () => {
    const watched = await attempted('+12125557003');
    expect(await check(watched)).toBe(false);
    aheadMs = 59_000;
    expect(await check(watched)).toBe(false);
    aheadMs = 61_000;
    expect(await check(watched)).toBe(true);
    expect(await house.lastOf(watched.leadId, 'CallEnded')).toMatchObject({
      ...{ disposition: 'lost', hungUpBy: 'unknown', measuredBy: 'nothing' },
    });
  });

  it('is hung up where it lasts longer than any call may', async () => {
    const watched = await attempted('+12125557004');
    simulator.setFaults({});
    const { providerCallId } = await order(DESK);
    await decide(watched, consumerLeg('in_progress', { callId: watched.callId, providerCallId }));
    aheadMs = 3_601_000;
    expect(await check(watched)).toBe(true);
    await until('the line to be free', () => statusOf(providerCallId) === 'canceled');
    expect((await lastTypes(watched, 1))[0]).toBe('CallEnded');
  });

  it('is hung up where it goes on with a machine that nobody could hang up on', async () => {
    const watched = await attempted(PATIENT);
    const { callId } = watched;
    const { providerCallId } = await order(PATIENT);
    const machine = { callId, providerCallId, answeredBy: 'machine' } as const;
    await decide(watched, beginConversation({ ...machine, answeredBy: null }), {
      ...{ type: 'RecogniseAnswerer', ...machine, at: house.desk.now() },
    });
    const lookUp = telephony.lookUpCall.bind(telephony);
    const hangUp = telephony.endCall.bind(telephony);
    const hungUp: string[] = [];
    telephony.lookUpCall = async (sid) => ({ ...(await lookUp(sid))!, status: 'in_progress' });
    telephony.endCall = (sid) => Promise.resolve(void hungUp.push(sid));
    expect(await check(watched)).toBe(false);
    telephony.lookUpCall = lookUp;
    telephony.endCall = hangUp;
    expect(hungUp).toEqual([providerCallId]);
  });

  it('stays as it is while the provider is out of reach', async () => {
    const watched = await attempted(PATIENT);
    const nobody = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: 'http://127.0.0.1:9' });
    const blind = new CallWatch(house.desk, nobody);
    aheadMs = 61_000;
    const look = { commandId: randomUUID(), causationId: 'spec' };
    const actor = { kind: 'system', id: 'call_watch' } as const;
    await expect(blind.check(watched, { ...look, actor })).rejects.toMatchObject({
      code: 'telephony_unavailable',
    });
    expect(await lastTypes(watched, 1)).toEqual(['CallAttempted']);
  });
});

describe('a call that lasts longer than any may', () => {
  const look = () => ({
    ...{ commandId: randomUUID(), causationId: 'spec' },
    actor: { kind: 'system', id: 'call_watch' } as const,
  });
  const LIMITS = { unknownMs: 60_000, longestMs: 3_600_000 };
  const nobody = () => new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: 'http://127.0.0.1:9' });
  const closed = () =>
    new TwilioTelephony({ ...ACCOUNT, authToken: 'taken back', apiBaseUrl: simulator.url });

  it.each([
    ['out of reach', nobody, 'telephony_unavailable'],
    ['refusing', closed, 'call_refused'],
  ])('is closed while the provider is %s, with its transfer', async (_, provider, code) => {
    const watched = await attempted('+12125557006');
    const { callId } = watched;
    const wish = requestTransfer(1, { callId, transferId: transferIdOf(callId, 1) });
    await decide(
      watched,
      beginConversation({ callId, providerCallId: `CA${'0'.repeat(32)}` }),
      hearConsumer('yes', { callId }),
      { ...wish, at: house.desk.now() },
      destinationLeg('ringing', { callId, transferId: transferIdOf(callId, 1) }),
    );
    const blind = new CallWatch(house.desk, provider(), LIMITS);
    aheadMs = 3_590_000;
    await expect(blind.check(watched, look())).rejects.toMatchObject({ code });
    aheadMs = 3_601_000;
    expect(await blind.check(watched, look())).toBe(true);
    expect(await lastTypes(watched, 2)).toEqual(['TransferFailed', 'CallEnded']);
    expect(await house.lastOf(watched.leadId, 'TransferFailed')).toMatchObject({ reason: 'lost' });
  });

  it('is closed where not even its name is known, nor whether there is one', async () => {
    const watched = await attempted('+12125557007');
    aheadMs = 3_601_000;
    const blind = new CallWatch(house.desk, nobody(), LIMITS);
    expect(await blind.check(watched, look())).toBe(true);
    expect(await house.lastOf(watched.leadId, 'CallEnded')).toMatchObject({ disposition: 'lost' });
  });
});

describe('a transfer whose reports are lost', () => {
  async function transferring(presentedCallerId: string | null): Promise<Watched> {
    const watched = await attempted('+12125557005');
    const { callId } = watched;
    const { providerCallId } = await order(DESK);
    const { destination, ...wish } = requestTransfer(1, {
      ...{ callId, transferId: transferIdOf(callId, 1), at: house.desk.now() },
    });
    const shown = { ...destination, destinationAddress: BUSY, presentedCallerId };
    await decide(
      watched,
      beginConversation({ callId, providerCallId }),
      hearConsumer('yes', { callId }),
      { ...wish, destination: shown },
    );
    return watched;
  }

  it('is found where the consumer’s number was shown', async () => {
    const watched = await transferring(null);
    const { providerCallId } = await order(BUSY, watched.to);
    await until('the line to be busy', () => statusOf(providerCallId) === 'busy');
    expect(await check(watched)).toBe(false);
    expect(await lastTypes(watched, 2)).toEqual(['DestinationDialed', 'TransferFailed']);
    expect(await house.lastOf(watched.leadId, 'TransferFailed')).toMatchObject({ reason: 'busy' });
  });

  it('is a bridge where the destination talks on long after it was sent to the consumer', async () => {
    const watched = await transferring(null);
    const { callId } = watched;
    const transferId = transferIdOf(callId, 1);
    const { providerCallId } = await order(DESK, watched.to);
    const lookUp = telephony.lookUpCall.bind(telephony);
    telephony.lookUpCall = async (sid) => ({ ...(await lookUp(sid))!, status: 'in_progress' });
    const at = house.desk.now();
    const leg = { callId, transferId, providerCallId, at };
    await decide(watched, destinationLeg('in_progress', leg), {
      type: 'ConnectDestination',
      ...{ callId, transferId, accepted: null, consumer: { kind: 'there' }, at },
    });
    await check(watched);
    expect(await lastTypes(watched, 1)).toEqual(['WhisperPlayed']);
    aheadMs = 21_000;
    await check(watched);
    telephony.lookUpCall = lookUp;
    expect(await house.lastOf(watched.leadId, 'CallBridged')).toMatchObject({ bridgedAt: at });
  });

  it('is given up after a minute where one of ours was, since any call might be it', async () => {
    const watched = await transferring(OURS);
    const { providerCallId } = await order(BUSY, OURS);
    await until('the line to be busy', () => statusOf(providerCallId) === 'busy');
    await check(watched);
    expect(await lastTypes(watched, 1)).toEqual(['TransferRequested']);
    aheadMs = 61_000;
    await check(watched);
    expect(await house.lastOf(watched.leadId, 'TransferFailed')).toMatchObject({ reason: 'lost' });
  });
});
