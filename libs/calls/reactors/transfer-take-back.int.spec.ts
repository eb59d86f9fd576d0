import { fixedClock } from '#libs/kernel';
import { type SeenEvent } from '#libs/reactors';
import { TwilioTelephony } from '#libs/telephony';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AGENT, type Simulator, startSimulator } from '../../../apps/telephony-simulator/server.js';
import { type CallRef } from '../application/live-calls.js';
import { TakeBack } from '../application/take-back.js';
import { ACCOUNT, ACME, type CallingHouse, MONDAY, UNLISTED } from '../calling-house.fixtures.js';
import { foundIneligible } from '../domain/calls.fixtures.js';
import { type LeadStreamEvent } from '../domain/lead-calls.js';
import { TransferScene } from '../transfer-scene.fixtures.js';
import { dialingStopReactor } from './dialing-stop.reactor.js';

const [FIRST, SECOND] = ['+18005550001', '+18005550002'] as const;
const clock = fixedClock(MONDAY);
let simulator: Simulator;
let telephony: TwilioTelephony;
let scene: TransferScene;
let house: CallingHouse;
let destinationId: string;

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
  destinationId = await scene.at(FIRST);
  await scene.at(SECOND, { priority: 2 });
});
afterEach(() => scene.close());

/** Something happens to a lead, and whoever takes consumers back is shown it. */
async function happens(ref: CallRef, fact: LeadStreamEvent): Promise<void> {
  const { leadId } = ref;
  await house.append(leadId, { ...fact, data: { ...fact.data, leadId } } as LeadStreamEvent);
  const event = (await house.history(leadId)).at(-1);
  const reactor = scene.calling.reactors.find(({ name }) => name === 'transfer_take_back');
  const occasion = { turn: 0, memo: null };
  const answer = await reactor?.on[fact.type]?.(event as unknown as SeenEvent, occasion);
  for (const command of (answer ?? []) as unknown[]) await reactor?.run(command, house.context());
  await scene.settle(ref);
}

async function stopIsPulled(ref: CallRef): Promise<void> {
  await house.changeDialing({ type: 'StopDialing', reason: null });
  const queue = { onCall: () => Promise.resolve([]) };
  const shown = { reaches: () => Promise.resolve(true) };
  const takeBack = new TakeBack(house.desk, telephony);
  const parts = { desk: house.desk, queue, shown, telephony, takeBack, clock };
  const command = { do: 'give_up_ringing', tenantId: ACME, leadId: ref.leadId } as const;
  await dialingStopReactor(parts).run(command, house.context());
  await scene.settle(ref);
}

const suppressed = foundIneligible('suppressed');
const revoked = {
  type: 'ConsentRevoked',
  data: {
    ...{ leadId: 'lead', channel: 'api', words: null, callId: null },
    ...{ revocationScope: 'all', revokedAt: MONDAY },
  },
} as const satisfies LeadStreamEvent;

/** The destination is silent, its slot is free, and nobody else is dialed for the consumer. */
async function expectTakenBack(ref: CallRef, reason: string): Promise<void> {
  await scene.legIsOver(ref);
  expect(await house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({ reason });
  expect(await scene.addressesOf(ref)).toEqual([FIRST]);
  expect(await house.inFlight(destinationId)).toBe(0);
  expect(await house.typesOf(ref.leadId)).toContain('NoDestinationFound');
}

describe('a destination that rings', () => {
  it.each([
    ['is suppressed', suppressed],
    ['takes consent back', revoked],
  ])('is silent once its consumer %s', async (_, fact) => {
    const ref = await scene.offered();
    house.lists.answers = { ...UNLISTED, suppressionEntryId: 'entry' };
    await happens(ref, fact);
    await expectTakenBack(ref, 'suppressed');
  });

  it('is silent once the emergency stop is pulled', async () => {
    const ref = await scene.offered();
    await stopIsPulled(ref);
    await expectTakenBack(ref, 'stopped');
  });

  it('rings on while its lead is found ineligible for another reason', async () => {
    const ref = await scene.offered();
    await happens(ref, foundIneligible('dnc_check_failed'));
    expect(await scene.legOf(ref)).toMatchObject({ endedAt: null });
    expect(await house.typesOf(ref.leadId)).not.toContain('TransferFailed');
  });
});

describe('a destination that talks to a consumer', () => {
  it('is not cut off, whatever happens', async () => {
    const ref = await scene.offered();
    await scene.answers(ref);
    await happens(ref, suppressed);
    await stopIsPulled(ref);
    expect(await house.typesOf(ref.leadId)).not.toContain('TransferFailed');
    expect(await scene.legOf(ref)).toMatchObject({ endedAt: null });
  });
});
