import { TwilioTelephony } from '#libs/telephony';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Application, startApplication } from './application.fixtures.js';
import { type Faults, type Simulator, startSimulator } from './server.js';

const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'token' };
const CONSUMER = '+15125550100';
const FROM = '+15125550001';
let application: Application;
let simulator: Simulator;

beforeAll(async () => {
  application = await startApplication(ACCOUNT.authToken);
});
afterAll(() => application.close());
beforeEach(() => {
  application.requests.length = 0;
  application.instruct(() => [{ pause: 20 }, { hangUp: true }]);
});
afterEach(() => simulator.close());

async function start(faults: Partial<Faults>, seed = 7): Promise<TwilioTelephony> {
  simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 400, seed, faults });
  return new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
}

async function call(telephony: TwilioTelephony, to = CONSUMER): Promise<string> {
  const { providerCallId } = await telephony.placeCall({
    ...{ to, from: FROM, answerUrl: `${application.url}/answer`, ringSeconds: 25 },
    ...{
      statusUrl: `${application.url}/status`,
      machines: { detection: 'wait' },
      sendDigits: null,
    },
  });
  await simulator.idle();
  return providerCallId;
}

const ANSWERED = ['initiated', 'ringing', 'in_progress', 'completed'];
const FOUND = { to: CONSUMER, from: FROM, since: '2026-01-01T00:00:00.000Z' };

describe('reports of status', () => {
  it('can come twice, with one token', async () => {
    const sid = await call(await start({ repeat: 1 }));
    expect(application.statusesOf(sid)).toEqual(ANSWERED.flatMap((status) => [status, status]));
    const tokens = application.requests
      .filter(({ path }) => path === '/status')
      .map(({ report }) => report.repeatToken);
    expect(new Set(tokens).size).toBe(4);
  });

  it('can be lost, instructions never', async () => {
    const sid = await call(await start({ lose: 1 }));
    expect(application.statusesOf(sid)).toEqual([]);
    expect(application.requests.map(({ path }) => path)).toEqual(['/answer']);
  });

  it('can overtake each other, and can be late', async () => {
    const telephony = await start({ reorder: 0.5, delay: 0.5, delaySecondsMax: 60 });
    const orders: number[][] = [];
    for (let round = 0; round < 5; round += 1) {
      const sid = await call(telephony);
      const told = application.requests.filter(({ report }) => report.providerCallId === sid);
      orders.push(told.flatMap(({ report }) => report.sequence ?? []));
    }
    expect(orders.map((order) => [...order].sort())).toEqual(orders.map(() => [0, 1, 2, 3]));
    expect(orders).not.toEqual(orders.map(() => [0, 1, 2, 3]));
  });

  it('that are not taken are told once more', async () => {
    const troubles: string[] = [];
    simulator = await startSimulator({
      ...{ ...ACCOUNT, port: 0, speed: 400, seed: 7 },
      onTrouble: (_, trouble) => troubles.push(trouble),
    });
    const telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
    await telephony.placeCall({
      ...{ to: '+15125550103', from: FROM, answerUrl: `${application.url}/answer` },
      ...{
        statusUrl: `${application.url}/refused`,
        ringSeconds: 25,
        machines: { detection: 'off' },
      },
      sendDigits: null,
    });
    application.instruct(() => 500);
    await simulator.idle();
    expect(application.requests.map(({ report }) => report.sequence)).toEqual([0, 0, 1, 1]);
    expect(troubles).toContain('report 1 (busy), second attempt, was answered with 500');
  });
});

describe('an order', () => {
  it.each([
    ['refused with 429', { refuseOrder: 1 }, 'call_refused'],
    ['answered with 500', { failOrder: 1 }, 'telephony_unavailable'],
  ])('that is %s was not placed', async (_, faults, code) => {
    const telephony = await start(faults);
    await expect(call(telephony)).rejects.toMatchObject({ code });
    expect(await telephony.findCalls(FOUND)).toEqual([]);
  });

  it('whose answer was lost was placed once, and is found', async () => {
    const telephony = await start({ loseOrderAnswer: 1 });
    await expect(call(telephony)).rejects.toMatchObject({ code: 'telephony_unavailable' });
    const found = await telephony.findCalls(FOUND);
    expect(found).toMatchObject([{ to: CONSUMER, from: FROM }]);
    await simulator.idle();
    expect(application.statusesOf(found[0]!.providerCallId)).toEqual(ANSWERED);
  });
});

describe('the same seed', () => {
  const share = { repeat: 0.3, reorder: 0.3, lose: 0.3, loseOrderAnswer: 0.2 };

  /** What became of twelve calls, without names and instants. */
  async function fates(seed: number): Promise<unknown[]> {
    const telephony = await start(share, seed);
    for (let number = 0; number < 12; number += 1) {
      await call(telephony, `+1212555${7_000 + number}`).catch(() => undefined);
    }
    await simulator.idle();
    const views = simulator.calls();
    await simulator.close();
    const lost = (what: string) => / is lost$/.test(what);
    return views.map(({ to, status, answeredBy, log }) => [
      ...[to, status, answeredBy],
      log.map(({ what }) => what).filter(lost),
    ]);
  }

  it('brings the same fates, another seed others', async () => {
    const first = await fates(21);
    expect(await fates(21)).toEqual(first);
    expect(await fates(22)).not.toEqual(first);
  });
});

describe('somebody beside the network', () => {
  it('breaks and mends it', async () => {
    const telephony = await start({});
    const faults = `${simulator.url}/simulator/faults`;
    const post = (body: string) => fetch(faults, { method: 'POST', body });
    expect(await (await post('{"lose":1}')).json()).toMatchObject({ lose: 1, repeat: 0 });
    expect(application.statusesOf(await call(telephony))).toEqual([]);
    simulator.setFaults({ lose: 0 });
    expect(application.statusesOf(await call(telephony))).toEqual(ANSWERED);
  });

  it.each(['{"lose":2}', '{"rain":1}', 'no JSON', '7'])('cannot ask for %s', async (body) => {
    await start({});
    const answer = await fetch(`${simulator.url}/simulator/faults`, { method: 'POST', body });
    expect(answer.status).toBe(400);
  });

  it('looks into calls', async () => {
    const sid = await call(await start({}));
    const answer = await fetch(`${simulator.url}/simulator/calls?limit=1`);
    expect(await answer.json()).toMatchObject({ calls: [{ sid, status: 'completed' }] });
  });
});
