import { describe, expect, it } from '@jest/globals';
import { ACME, aReport, OURS, SPOKEN, UNLISTED } from '../calling-house.fixtures.js';
import { DiallerScene, NIGHT } from '../dialler-scene.fixtures.js';
import {
  foundIneligible,
  requestTransfer,
  someSettings as someDialing,
} from '../domain/calls.fixtures.js';
import { someSettings as someDestination } from '../domain/destination.fixtures.js';
import { callIdOf, transferIdOf } from './call-desk.js';
import { DestinationDialler } from './destination-dialler.js';
import { StopCheck } from './stop-check.js';

const scene = DiallerScene.ofFile();
const PHONE = '+12125557001';

/** Dials a lead whose order waits for its turn, while something happens. */
async function dialWhile(meanwhile: (leadId: string) => Promise<unknown>): Promise<string> {
  const leadId = await scene.house.receive({ phone: PHONE, source: 'radio' });
  const pace = { consumerTurn: () => meanwhile(leadId).then(() => true) };
  await scene.house.dialler(scene.telephony, { pace }).dial(ACME, leadId);
  return leadId;
}

describe('an order that waited for its turn', () => {
  it.each([
    ['stop is pulled', () => scene.house.changeDialing({ type: 'StopDialing', reason: null })],
    [
      'source is paused',
      () => scene.house.changeDialing({ type: 'PauseSource', source: 'radio', reason: null }),
    ],
    [
      'consumer wants no more calls',
      (leadId: string) => scene.house.append(leadId, foundIneligible()),
    ],
    [
      'number is suppressed for the brand it is called under',
      () => {
        const entry = { suppressionEntryId: 'entry', suppressionScope: 'brand' } as const;
        scene.house.lists.answers = { ...UNLISTED, ...entry };
        return Promise.resolve();
      },
    ],
    [
      'hours end',
      () => {
        scene.clock.set(NIGHT);
        return Promise.resolve();
      },
    ],
  ])('does not go out where the %s meanwhile, and counts as no attempt', async (_, meanwhile) => {
    const leadId = await dialWhile(meanwhile);
    expect(await scene.house.lastOf(leadId, 'CallEnded')).toMatchObject({
      disposition: 'canceled',
    });
    expect((await scene.house.desk.look(leadId))?.lead.past).toMatchObject([{ counts: false }]);
    expect(scene.simulator.calls()).toEqual([]);
  });
});

/** A consumer who said yes to everything and waits. */
async function aWaitingConsumer() {
  const leadId = await scene.house.receive({ phone: PHONE });
  await scene.house.dialler(scene.telephony).dial(ACME, leadId);
  const ref = { leadId, callId: callIdOf(leadId, 1) };
  const { providerCallId = '' } = (await scene.house.lastOf(leadId, 'CallPlaced')) ?? {};
  const line = scene.house.voice.consumers;
  await line.answered(ref, aReport({ providerCallId, answeredBy: 'human' }));
  for (const question of ['interested', 'insured', 'ready']) {
    await line.replied(ref, question, 1, aReport({ providerCallId, digits: '1' }));
  }
  const lead = (await scene.house.desk.look(leadId))?.lead;
  if (lead?.current == null) throw new Error('The consumer does not wait.');
  const ids = { tenantId: ACME, attempt: 1, transferId: transferIdOf(ref.callId, 1) };
  const stop = new StopCheck({ dialing: scene.house.dialing(), voice: SPOKEN }, ACME);
  const at = scene.house.desk.now();
  return { ...ids, lead, call: lead.current, consumer: { phone: PHONE }, stop, at };
}

describe('an order to a destination that waited for its turn', () => {
  it('does not go out where the stop is pulled meanwhile', async () => {
    const waiting = await aWaitingConsumer();
    const destinationTurn = async () => {
      await scene.house.changeDialing({ type: 'StopDialing', reason: null });
    };
    const { desk, urls } = scene.house;
    const { telephony } = scene;
    const dialler = new DestinationDialler({ desk, telephony, urls, pace: { destinationTurn } });
    const known = { version: 1, paused: false, usage: null };
    const destination = { ...known, destinationId: 'buyer-1', settings: someDestination() };
    const settings = someDialing({ callingNumbers: [OURS] });
    const dialing = { settings, version: 1, stopped: false, pausedSources: [] };
    const { routing } = requestTransfer();
    await dialler.dial(waiting, { destination, routing, dialing }, scene.house.context());
    const { leadId } = waiting.lead;
    expect(await scene.house.lastOf(leadId, 'TransferFailed')).toMatchObject({
      reason: 'canceled',
    });
    expect(scene.simulator.calls().map(({ to }) => to)).toEqual([PHONE]);
  });
});

describe('an order to a consumer that waited for its turn', () => {
  it('goes out where the lists, asked again for all brands of the call, have nothing against it', async () => {
    await scene.house.configure({ seller: 'Acme Insurance', telemarketer: 'Acme Leads' });
    const leadId = await dialWhile(() => Promise.resolve());
    const brands = ['radio', 'Acme Insurance', 'Acme Leads'];
    expect(scene.house.lists.askedBrands).toEqual([brands, brands]);
    expect(await scene.house.lastOf(leadId, 'CallPlaced')).not.toBeNull();
  });
});
