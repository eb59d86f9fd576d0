import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { until } from '#libs/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../apps/telephony-simulator/server.js';
import { type CallOrder } from './port.js';
import { TwilioTelephony } from './twilio-telephony.js';

const ACCOUNT = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'a-secret-token' };
const UNKNOWN_CALL = `CA${'0'.repeat(32)}`;
const ORDER: CallOrder = {
  ...{ to: '+15125550102', from: '+15125550001', ringSeconds: 600 },
  ...{ answerUrl: 'http://127.0.0.1:9/answer', statusUrl: 'http://127.0.0.1:9/status' },
  ...{ machines: { detection: 'off' }, sendDigits: null },
};
let simulator: Simulator;
let telephony: TwilioTelephony;

beforeAll(async () => {
  simulator = await startSimulator({ ...ACCOUNT, port: 0, speed: 20, seed: 7 });
  telephony = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: simulator.url });
});
afterAll(() => simulator.close());

async function ringing(changes: Partial<CallOrder> = {}): Promise<string> {
  const { providerCallId } = await telephony.placeCall({ ...ORDER, ...changes });
  await until('it rings', async () => {
    return (await telephony.lookUpCall(providerCallId))?.status === 'ringing';
  });
  return providerCallId;
}

describe('a call at Twilio', () => {
  it('is placed, looked up, and given up while it rings', async () => {
    const sid = await ringing();
    expect(await telephony.lookUpCall(sid)).toEqual({
      ...{ providerCallId: sid, to: ORDER.to, from: ORDER.from, status: 'ringing' },
      ...{ endedAt: null, durationSeconds: null, answeredBy: null },
      startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/),
    });
    await telephony.endCall(sid);
    const ended = await until('it is over', async () => {
      const call = await telephony.lookUpCall(sid);
      return call?.endedAt === null ? null : call;
    });
    expect(ended).toMatchObject({ status: 'canceled', durationSeconds: 0 });
  });

  it('that is over, or that nobody knows, can be ended without harm', async () => {
    const sid = await ringing();
    await telephony.endCall(sid);
    await until('it is over', async () => (await telephony.lookUpCall(sid))?.endedAt !== null);
    await telephony.endCall(sid);
    await telephony.endCall(UNKNOWN_CALL);
  });

  it('that nobody answered cannot be sent elsewhere', async () => {
    const sid = await ringing();
    await expect(telephony.redirectCall(sid, ORDER.answerUrl)).rejects.toMatchObject({
      ...{ kind: 'conflict', code: 'call_refused', details: { providerCode: 21_220 } },
    });
    await telephony.endCall(sid);
  });

  it('that nobody knows is none', async () => {
    expect(await telephony.lookUpCall(UNKNOWN_CALL)).toBeNull();
  });

  it('is found by both numbers and from a second on, before it was dialed too', async () => {
    const order = { ...ORDER, to: 'sip:desk@buyer.example', sendDigits: 'ww12#' };
    const since = new Date().toISOString();
    const { providerCallId } = await telephony.placeCall(order);
    const { to, from } = order;
    const found = (search: object) => telephony.findCalls({ to, from, since, ...search });
    expect(await found({})).toMatchObject([{ providerCallId, to, from }]);
    expect(await found({ from: '+15125550009' })).toEqual([]);
    expect(await found({ to: '+15125550188' })).toEqual([]);
    expect(await found({ since: '2100-01-01T00:00:00.000Z' })).toEqual([]);
  });
});

describe('a network', () => {
  it('is simulated where it is on this machine or a private network, and nowhere else', () => {
    const isSimulated = (apiBaseUrl: string | null) =>
      new TwilioTelephony({ ...ACCOUNT, apiBaseUrl }).isSimulated;
    expect(isSimulated(simulator.url)).toBe(true);
    expect(isSimulated(null)).toBe(false);
    expect(isSimulated('https://api.twilio.com')).toBe(false);
    expect(isSimulated('https://api.sydney.au1.twilio.com')).toBe(false);
    expect(isSimulated('https://relay.example.com')).toBe(false);
  });
});

describe('a refusal', () => {
  it('names the provider’s code and no number', async () => {
    const order = { ...ORDER, to: '+15125550A02' };
    const refusal = await telephony.placeCall(order).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'call_refused',
      details: { providerCode: 21_211, concerns: 'request' },
    });
    expect(inspect(refusal, { depth: null })).not.toContain('5125550A02');
  });

  it('meets whoever has another token', async () => {
    const apiBaseUrl = simulator.url;
    const stranger = new TwilioTelephony({ ...ACCOUNT, authToken: 'another', apiBaseUrl });
    const details = { providerCode: 20_003, concerns: 'account' };
    const refused = { code: 'call_refused', details };
    await expect(stranger.placeCall(ORDER)).rejects.toMatchObject(refused);
    await expect(stranger.lookUpCall(UNKNOWN_CALL)).rejects.toMatchObject(refused);
    await expect(stranger.endCall(UNKNOWN_CALL)).rejects.toMatchObject(refused);
  });
});

describe('a provider that is out of order', () => {
  /** Counts what it is asked and answers with a status; 0: never. */
  async function broken(status: number) {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? '');
      if (status > 0) response.writeHead(status).end('<html>out of order</html>');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const apiBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const patient = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl, patienceMs: 200 });
    return { server, asked, telephony: patient };
  }

  async function end(server: Server): Promise<void> {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  it.each([
    ['does not answer in time', 0],
    ['answers with 500', 500],
    ['answers with 503', 503],
    ['answers with 408', 408],
    ['answers with something else', 200],
    ['sends us elsewhere', 302],
  ])('and %s is asked once', async (_, status) => {
    const { server, asked, telephony: out } = await broken(status);
    const unavailable = { kind: 'unavailable', code: 'telephony_unavailable' };
    await expect(out.placeCall(ORDER)).rejects.toMatchObject(unavailable);
    expect(asked).toHaveLength(1);
    await end(server);
  });

  it('and has too many orders has not placed one, but may have done anything else', async () => {
    const { server, telephony: out } = await broken(429);
    await expect(out.placeCall(ORDER)).rejects.toMatchObject({
      ...{ code: 'call_refused', details: { concerns: 'account' } },
    });
    await expect(out.endCall(UNKNOWN_CALL)).rejects.toMatchObject({ kind: 'unavailable' });
    await end(server);
  });

  it('tells neither numbers nor credentials to a log', async () => {
    const out = new TwilioTelephony({ ...ACCOUNT, apiBaseUrl: 'http://127.0.0.1:1' });
    const error = await out.placeCall(ORDER).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'telephony_unavailable' });
    const shown = inspect(error, { depth: null });
    const basic = Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString('base64');
    for (const secret of [ORDER.to, '15125550102', ACCOUNT.authToken, basic]) {
      expect(shown).not.toContain(secret);
    }
  });
});
