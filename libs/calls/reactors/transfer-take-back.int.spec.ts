import { type Memo, type SeenEvent } from '#libs/reactors';
import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type SuppressionData } from '#events/leads';
import { type CallRef } from '../application/live-calls.js';
import { TakeBack } from '../application/take-back.js';
import { ACME, aPhoneHash, MONDAY, UNLISTED } from '../calling-house.fixtures.js';
import { foundIneligible } from '../domain/calls.fixtures.js';
import { type LeadStreamEvent } from '../domain/lead-calls.js';
import { FIRST, SECOND, TransferScene } from '../transfer-scene.fixtures.js';
import { dialingStopReactor } from './dialing-stop.reactor.js';

const scene = TransferScene.ofFile();
let destinationId: string;

beforeEach(async () => {
  destinationId = await scene.at(FIRST, { name: 'East desk', brandName: 'Acme' });
  await scene.at(SECOND, { name: 'West desk', priority: 2 });
});

/** Something happens to a lead, and whoever takes consumers back is shown it. */
async function happens(ref: CallRef, fact: LeadStreamEvent): Promise<void> {
  const { leadId } = ref;
  await scene.house.append(leadId, { ...fact, data: { ...fact.data, leadId } } as LeadStreamEvent);
  await shown(ref, (await scene.house.history(leadId)).at(-1));
}

/** Whoever takes consumers back is shown an event; resolves to whether it is to be shown again. */
async function shown(ref: CallRef, event: unknown, memo: Memo | null = null): Promise<boolean> {
  const seen = event as SeenEvent;
  const reactor = scene.calling.reactors.find(({ name }) => name === 'transfer_take_back');
  const answer = (await reactor?.on[seen.type]?.(seen, { turn: 0, memo })) ?? [];
  const { commands = [], again = null } = 'again' in answer ? answer : { commands: answer };
  for (const command of commands as unknown[]) await reactor?.run(command, scene.house.context());
  await scene.settle(ref);
  return again !== null;
}

/** A number, or those that begin alike, is suppressed for a seller, unless told otherwise. */
async function sellerRefused(
  ref: CallRef,
  entry: Partial<SuppressionData>,
  memo: Memo | null = null,
) {
  const received = await scene.house.lastOf(ref.leadId, 'LeadReceived');
  const phoneHash = received?.phoneHash ?? null;
  const whom = { scope: 'seller', phoneHash, prefix: null, scopeName: 'acme' } as const;
  const data = { ...whom, ...entry };
  const metadata = { tenantId: ACME };
  return shown(ref, { type: 'NumberSuppressed', data, metadata, position: 1n }, memo);
}

async function stopIsPulled(ref: CallRef): Promise<void> {
  await scene.house.changeDialing({ type: 'StopDialing', reason: null });
  const queue = { onCall: () => Promise.resolve([]) };
  const shown = { reaches: () => Promise.resolve(true) };
  const takeBack = new TakeBack(scene.house.desk, scene.telephony);
  const { telephony, clock } = scene;
  const parts = { desk: scene.house.desk, queue, shown, telephony, takeBack, clock };
  const command = { do: 'give_up_ringing', tenantId: ACME, leadId: ref.leadId } as const;
  await dialingStopReactor(parts).run(command, scene.house.context());
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
  expect(await scene.house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({ reason });
  expect(await scene.addressesOf(ref)).toEqual([FIRST]);
  expect(await scene.house.inFlight(destinationId)).toBe(0);
  expect(await scene.house.typesOf(ref.leadId)).toContain('NoDestinationFound');
}

describe('a destination that rings', () => {
  it.each([
    ['is suppressed', suppressed],
    ['takes consent back', revoked],
  ])('is silent once its consumer %s', async (_, fact) => {
    const ref = await scene.offered();
    scene.house.lists.answers = { ...UNLISTED, suppressionEntryId: 'entry' };
    await happens(ref, fact);
    await expectTakenBack(ref, 'suppressed');
  });

  it('is silent once the emergency stop is pulled', async () => {
    const ref = await scene.offered();
    await stopIsPulled(ref);
    await expectTakenBack(ref, 'stopped');
  });

  it.each([
    ['the number, under the name of its brand', { scopeName: 'ACME' }],
    [
      'numbers that begin alike, under its own name',
      {
        phoneHash: null,
        prefix: '+1212555',
        scopeName: 'east desk',
      },
    ],
  ])('is silent once it is suppressed for %s, and the next rings', async (_, entry) => {
    const ref = await scene.offered();
    scene.queue.leadsOnCall.push(ref.leadId);
    expect(await sellerRefused(ref, entry)).toBe(true);
    await scene.legIsOver(ref);
    expect(await scene.house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({
      ...{ reason: 'suppressed', destinationId },
    });
    expect(await scene.addressesOf(ref)).toEqual([FIRST, SECOND]);
    expect(await scene.house.inFlight(destinationId)).toBe(0);
  });

  it.each([
    ['its number, under the name of the seller', { scopeName: 'ACME insurance' }],
    [
      'numbers that begin alike, under the name of the telemarketer',
      { phoneHash: null, prefix: '+1212555', scopeName: 'Acme Leads' },
    ],
  ])('is silent once it is called under a brand that is suppressed for %s', async (_, entry) => {
    const ref = await scene.offered();
    scene.queue.leadsOnCall.push(ref.leadId);
    scene.house.lists.answers = {
      ...UNLISTED,
      ...{ suppressionEntryId: 'entry', suppressionScope: 'brand' as const },
    };
    expect(await sellerRefused(ref, { scope: 'brand', ...entry })).toBe(true);
    await expectTakenBack(ref, 'suppressed');
  });

  it('is looked for under a prefix once the queue shows the entry, and once more whoever it shows', async () => {
    const ref = await scene.offered();
    const entry = { phoneHash: null, prefix: '+1212', scopeName: 'acme' };
    scene.isQueueShown = false;
    scene.queue.leadsOnCall.push(ref.leadId);
    expect(await sellerRefused(ref, entry)).toBe(true);
    expect(await scene.house.typesOf(ref.leadId)).not.toContain('TransferFailed');
    scene.isQueueShown = true;
    scene.queue.leadsOnCall.length = 0;
    expect(await sellerRefused(ref, entry)).toBe(true);
    scene.queue.leadsOnCall.push(ref.leadId);
    expect(await sellerRefused(ref, entry, { isLookedFor: true })).toBe(false);
    expect(await scene.addressesOf(ref)).toEqual([FIRST, SECOND]);
  });

  it('rings on though an order comes again that took the consumer back from another', async () => {
    const ref = await scene.offered();
    const takeBack = new TakeBack(scene.house.desk, scene.telephony);
    const { commandId, actor, causationId } = scene.house.context();
    const order = { commandId, actor, causationId };
    await takeBack.from(() => true, ref.leadId, order);
    await scene.settle(ref);
    const ended = jest.spyOn(scene.telephony, 'endCall');
    await takeBack.from(() => true, ref.leadId, order);
    expect(await scene.addressesOf(ref)).toEqual([FIRST, SECOND]);
    expect(ended).not.toHaveBeenCalled();
    ended.mockRestore();
  });

  it('is silent though it was chosen right before the entry and named right after', async () => {
    const ref = await scene.qualified();
    expect(await sellerRefused(ref, {})).toBe(true);
    expect(await sellerRefused(ref, {}, { isLookedFor: true })).toBe(false);
    expect(await scene.house.lastOf(ref.leadId, 'TransferFailed')).toMatchObject({
      ...{ reason: 'suppressed', destinationId },
    });
  });

  it.each([
    ['another seller is suppressed for its consumer', { scopeName: 'West desk' }],
    ['it is for another number', { phoneHash: aPhoneHash() }],
    ['it is for numbers that begin otherwise', { phoneHash: null, prefix: '+1900' }],
    ['its name is that of a brand nobody calls under', { scope: 'brand' as const }],
  ])('rings on while %s', async (_, entry) => {
    const ref = await scene.offered();
    scene.queue.leadsOnCall.push(ref.leadId);
    await sellerRefused(ref, entry);
    expect(await scene.legOf(ref)).toMatchObject({ endedAt: null });
    expect(await scene.house.typesOf(ref.leadId)).not.toContain('TransferFailed');
  });

  it('rings on while its lead is found ineligible for another reason', async () => {
    const ref = await scene.offered();
    await happens(ref, foundIneligible('dnc_check_failed'));
    expect(await scene.legOf(ref)).toMatchObject({ endedAt: null });
    expect(await scene.house.typesOf(ref.leadId)).not.toContain('TransferFailed');
  });
});

describe('a consumer who is on no call yet', () => {
  it('is looked for once more where the entry is for a brand they are called under', async () => {
    const leadId = await scene.house.receive();
    const ref = { leadId, callId: 'none' };
    const entry = { scope: 'brand', scopeName: 'Acme Insurance' } as const;
    expect(await sellerRefused(ref, entry)).toBe(true);
    expect(await sellerRefused(ref, entry, { isLookedFor: true })).toBe(false);
  });

  it('is looked for no more where it is for a seller, who would ring much later', async () => {
    const leadId = await scene.house.receive();
    expect(await sellerRefused({ leadId, callId: 'none' }, {})).toBe(false);
  });
});

describe('a destination that talks to a consumer', () => {
  it('is not cut off, whatever happens', async () => {
    const ref = await scene.offered();
    await scene.answers(ref);
    await happens(ref, suppressed);
    await stopIsPulled(ref);
    expect(await scene.house.typesOf(ref.leadId)).not.toContain('TransferFailed');
    expect(await scene.legOf(ref)).toMatchObject({ endedAt: null });
  });
});
